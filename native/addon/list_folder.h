#pragma once

#include <napi.h>

namespace ebs_nvme::addon {

/// listFolder(path: string): string | number
/// A line for each entry, the number of its inode and its name; or the errno of what failed.
Napi::Value list_folder(const Napi::CallbackInfo& info);

}  // namespace ebs_nvme::addon
