#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <span>

namespace ebs_nvme {

/// CLOCK_MONOTONIC, which is Node's hrtime too.
using Clock = std::chrono::steady_clock;

/// How asking one device ended. The numbers are the protocol between the addon and JavaScript.
enum class Verdict : std::uint8_t {
  answered,
  /// A system call failed; `code` is its errno.
  system_error,
  /// The drive refused; `code` is the status field of its completion.
  nvme_status,
  /// The drive answered with a page that is not Amazon's; `code` is the magic found.
  invalid_magic,
  /// The deadline passed with the command outstanding.
  no_answer,
  /// Not asked: a command of an earlier call is outstanding, for `outstanding_seconds` now.
  outstanding,
  /// Not asked: the deadline passed before a thread was free.
  not_asked,
  /// Not asked: the node leads to another device than the one meant.
  another_device,
};

/// What a system error came from.
enum class Step : std::uint8_t { open, command, start_thread };

struct Outcome {
  Verdict verdict = Verdict::not_asked;
  Step step = Step::open;
  std::uint32_t code = 0;
  /// Open, command and close together.
  double duration_seconds = 0;
  /// When the drive answered, ms on `Clock`.
  double completed_at_ms = 0;
  /// When the device node was made or, where that is not known, changed last; ms since the epoch, NaN where
  /// unknown.
  double attached_at_ms = std::numeric_limits<double>::quiet_NaN();
  /// When the device node was made, and nothing else.
  double born_at_ms = std::numeric_limits<double>::quiet_NaN();
  double outstanding_seconds = 0;
};

[[nodiscard]] double milliseconds(Clock::time_point at) noexcept;
[[nodiscard]] double seconds(Clock::duration duration) noexcept;

/// Writes the fields of a record's head (see record.h).
void write_outcome(const Outcome& outcome, std::span<double> record) noexcept;

}  // namespace ebs_nvme
