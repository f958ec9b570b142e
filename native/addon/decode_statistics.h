#pragma once

#include <napi.h>

namespace ebs_nvme::addon {

/// decodeStatistics(bytes: Uint8Array, record: Float64Array): void
/// `bytes` are 4096, or 8192 with the detail per I/O size; the verdict is `answered` or `invalidMagic`.
Napi::Value decode_statistics(const Napi::CallbackInfo& info);

}  // namespace ebs_nvme::addon
