#pragma once

#include <napi.h>

namespace ebs_nvme::addon {

/// readStatistics(paths: string[], ioSizes: Uint8Array, timeoutMs: number, block: Float64Array, rowLength:
/// number,
///   callback: () => void): void
/// `ioSizes[i]` is 1 where the i-th device is asked for the detail per I/O size too.
Napi::Value read_statistics(const Napi::CallbackInfo& info);

}  // namespace ebs_nvme::addon
