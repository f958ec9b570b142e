#include "core/outcome.h"

#include "core/record.h"

namespace ebs_nvme {

double milliseconds(Clock::time_point at) noexcept {
  return std::chrono::duration<double, std::milli>(at.time_since_epoch()).count();
}

double seconds(Clock::duration duration) noexcept {
  return std::chrono::duration<double>(duration).count();
}

void write_outcome(const Outcome& outcome, std::span<double> record) noexcept {
  record[field::verdict] = static_cast<double>(outcome.verdict);
  record[field::step] = static_cast<double>(outcome.step);
  record[field::code] = outcome.code;
  record[field::duration_seconds] = outcome.duration_seconds;
  record[field::completed_at_ms] = outcome.completed_at_ms;
  record[field::attached_at_ms] = outcome.attached_at_ms;
  record[field::born_at_ms] = outcome.born_at_ms;
  record[field::outstanding_seconds] = outcome.outstanding_seconds;
}

}  // namespace ebs_nvme
