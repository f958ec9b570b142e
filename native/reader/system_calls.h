#pragma once

#include <atomic>
#include <cstdint>

#include "reader/confinement.h"

namespace ebs_nvme {

/// Which system calls a process may make from now on, on this thread and those that it starts.
enum class SystemCalls : std::uint8_t {
  /// To talk over sockets that are open, to open for reading, to send NVMe admin commands, to run threads.
  reader,
  /// These, and to start a process, wait for it, and confine it further.
  keeper,
  /// These, and to take connections of collectors.
  listener,
};

/// Installs the filter. Whatever else is called, or with other arguments, ends the process before it happens:
/// see `exit_refused`.
Shortfall limit_system_calls(SystemCalls allowed) noexcept;

/// How a process ends that called what it may not.
inline constexpr int exit_refused = 77;

/// Where the number of the refused call, plus one, is left before the end. Must be memory that outlives the
/// process; set before the filter is installed.
void note_refused_calls_in(std::atomic<std::uint32_t>& place) noexcept;

}  // namespace ebs_nvme
