#pragma once

#include <napi.h>

namespace ebs_nvme::addon {

/// prepareReading(paths: string[], ioSizes: Uint8Array, deviceNumbers: Uint32Array): object
/// What readStatistics takes, as often as these devices are to be read. `ioSizes[i]` is 1 where the i-th
/// device is asked for the detail per I/O size too. `deviceNumbers` has the major and the minor number of
/// each device, 0 and 0 where they are not known.
Napi::Value prepare_reading(const Napi::CallbackInfo& info);

/// readStatistics(prepared: object, timeoutMs: number, block: Float64Array, rowLength: number,
///   callback: () => void): void
Napi::Value read_statistics(const Napi::CallbackInfo& info);

}  // namespace ebs_nvme::addon
