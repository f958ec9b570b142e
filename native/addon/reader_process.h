#pragma once

#include <napi.h>

#include "reader/client.h"

namespace ebs_nvme::addon {

/// The reader process that asks drives for this one; null where this process asks them itself.
[[nodiscard]] ReaderClient* connected_reader() noexcept;

/// connectReader(channel: number | string, devPath: string, timeoutMs: number, onChange: (state: ReaderState)
/// => void):
///   ReaderState | string
/// From then on `readStatistics` asks the reader: the one behind an inherited descriptor, or the one that
/// listens at a socket. A string says why there is none. Once in a process's life.
Napi::Value connect_reader(const Napi::CallbackInfo& info);

/// listDevices(timeoutMs: number): string[]
/// The names of the device nodes that the reader sees. Waits for it.
Napi::Value list_devices(const Napi::CallbackInfo& info);

/// replaceProcess(program: string, command: string[], environment: string[]): string
/// execve(2). Comes back only where that fails, with the reason.
Napi::Value replace_process(const Napi::CallbackInfo& info);

}  // namespace ebs_nvme::addon
