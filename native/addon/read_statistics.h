#pragma once

#include <napi.h>

namespace ebs_nvme::addon {

/// readStatistics(paths: string[], ioSizes: Uint8Array, deviceNumbers: Uint32Array, timeoutMs: number,
///   block: Float64Array, rowLength: number, callback: () => void): void
/// `ioSizes[i]` is 1 where the i-th device is asked for the detail per I/O size too. `deviceNumbers` has the
/// major and the minor number of each device, 0 and 0 where they are not known.
Napi::Value read_statistics(const Napi::CallbackInfo& info);

}  // namespace ebs_nvme::addon
