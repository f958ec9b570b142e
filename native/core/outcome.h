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
  /// Not asked for statistics: the drive itself says that it is not Amazon's.
  foreign_drive,
  /// The reader process ended, by its wait status in the low half of `code`; where a system call was refused,
  /// that one's number plus one is in the high half. 0: it is gone for good.
  reader_ended,
  /// The reader process did not answer in time.
  reader_silent,
};
inline constexpr Verdict last_verdict = Verdict::reader_silent;

/// What a system error came from.
enum class Step : std::uint8_t { open, command, start_thread };
inline constexpr Step last_step = Step::start_thread;

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
