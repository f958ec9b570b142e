#pragma once

#include <napi.h>

namespace ebs_nvme::addon {

/// readFileSystem(path: string, callback: (errno: number, usage?: number[]) => void): number
/// Asks on a thread of its own, which a file system that never answers keeps. 0, or the errno for which there
/// is no thread, and then no callback. Nothing of it keeps the process alive.
Napi::Function file_system_reader(Napi::Env env);

}  // namespace ebs_nvme::addon
