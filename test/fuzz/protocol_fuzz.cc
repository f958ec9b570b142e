#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "reader/protocol.h"

using namespace ebs_nvme;

/// Any bytes, to both ends of the channel: what a parser takes must be what the rest of the program counts
/// on, and what it takes it must be able to say again.

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void check_read(std::span<const std::byte> message) {
  const auto request = protocol::parse_read(message);
  if (!request) return;
  require(!request->requests.empty() && request->requests.size() <= protocol::max_devices);
  require(request->indices.size() == request->requests.size());
  require(request->timeout > Clock::duration::zero() && request->timeout <= std::chrono::minutes(1));
  for (const Request& each : request->requests) {
    require(protocol::is_device_name(each.path) && each.path.find('/') == each.path.npos);
    require(each.query == Query::statistics || each.query == Query::statistics_with_io_sizes);
    require(*protocol::text_of(protocol::to_name(each.path)) == each.path);
  }
}

void check_answers(std::span<const std::byte> message) {
  const auto answers = protocol::parse_answers(message);
  if (!answers) return;
  for (const protocol::Answer& answer : *answers) {
    const std::size_t length = answer.data.size();
    require(length == 0 || length == transfer_bytes || length == 2 * transfer_bytes);
    require(length == 0 || (answer.data.data() >= message.data() &&
                            answer.data.data() + length <= message.data() + message.size()));
    require(answer.outcome.verdict <= last_verdict && answer.outcome.step <= last_step);
    const auto again = protocol::to_answer(answer.id, answer.index, answer.outcome, length);
    require(again.verdict == static_cast<std::uint32_t>(answer.outcome.verdict));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto message = std::as_bytes(std::span(data, size));
  check_read(message);
  check_answers(message);
  if (const auto path = protocol::parse_configure(message))
    require(path->starts_with('/') && path->size() < 256);
  if (const auto devices = protocol::parse_listed(message)) require(devices->size() <= protocol::max_devices);
  if (protocol::parse_list(message)) require(size == sizeof(protocol::Header));
  static_cast<void>(protocol::parse_record<protocol::Hello>(message));
  static_cast<void>(protocol::parse_record<protocol::Ended>(message));
  static_cast<void>(protocol::parse_record<protocol::Failed>(message));
  return 0;
}
