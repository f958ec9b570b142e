#pragma once

#include <napi.h>

namespace ebs_nvme::addon {

/// exitProcess(code: number): never
Napi::Value exit_process(const Napi::CallbackInfo& info);

}  // namespace ebs_nvme::addon
