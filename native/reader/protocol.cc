#include "reader/protocol.h"

#include <algorithm>
#include <chrono>
#include <cstring>

namespace ebs_nvme::protocol {
namespace {

/// The configuration allows 10 ms to 30 s.
constexpr std::uint64_t max_timeout_micros = 60'000'000;
constexpr std::string_view digits = "0123456789";

/// Copies a record out of a message: nothing in a message is aligned.
template <typename Record>
Record record_at(std::span<const std::byte> message, std::size_t offset) noexcept {
  Record record;
  std::memcpy(&record, message.subspan(offset, sizeof(Record)).data(), sizeof(Record));
  return record;
}

/// Takes one number or more off the front.
bool skip_number(std::string_view& text) noexcept {
  const std::size_t length = std::min(text.find_first_not_of(digits), text.size());
  text.remove_prefix(length);
  return length > 0;
}

bool skip(std::string_view& text, std::string_view expected) noexcept {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

bool is_message(std::span<const std::byte> message, Kind kind) noexcept {
  const auto header = parse_header(message);
  return header && header->kind == kind;
}

std::optional<Request> to_request(const DeviceRequest& record) {
  const auto name = text_of(record.name);
  if (!name || !is_device_name(*name)) return std::nullopt;
  const auto query = static_cast<Query>(record.query);
  if (record.query > 0xff || (query != Query::statistics && query != Query::statistics_with_io_sizes)) {
    return std::nullopt;
  }
  return Request{
      .path = std::string(*name),
      .query = query,
      .number = {.major = record.major, .minor = record.minor},
  };
}

bool is_outcome(const DeviceAnswer& record) noexcept {
  return record.verdict <= static_cast<std::uint32_t>(last_verdict) &&
         record.step <= static_cast<std::uint32_t>(last_step) &&
         (record.data_bytes == 0 || record.data_bytes == transfer_bytes ||
          record.data_bytes == 2 * transfer_bytes) &&
         (record.data_bytes > 0) == (record.verdict == static_cast<std::uint32_t>(Verdict::answered));
}

Outcome to_outcome(const DeviceAnswer& record) noexcept {
  return {
      .verdict = static_cast<Verdict>(record.verdict),
      .step = static_cast<Step>(record.step),
      .code = record.code,
      .duration_seconds = record.duration_seconds,
      .completed_at_ms = record.completed_at_ms,
      .attached_at_ms = record.attached_at_ms,
      .born_at_ms = record.born_at_ms,
      .outstanding_seconds = record.outstanding_seconds,
  };
}

}  // namespace

bool is_device_name(std::string_view name) noexcept {
  return name.size() < name_bytes && skip(name, "nvme") && skip_number(name) && skip(name, "n") &&
         skip_number(name) && name.empty();
}

Name to_name(std::string_view name) noexcept {
  Name field{};
  std::copy_n(name.begin(), std::min(name.size(), field.size() - 1), field.begin());
  return field;
}

std::optional<std::string_view> text_of(std::span<const char> field) noexcept {
  const std::string_view whole(field.data(), field.size());
  const std::string_view text = whole.substr(0, whole.find('\0'));
  const bool is_padded =
      text.size() < whole.size() && whole.find_first_not_of('\0', text.size()) == whole.npos;
  if (!is_padded) return std::nullopt;
  return text;
}

std::optional<Header> parse_header(std::span<const std::byte> message) noexcept {
  if (message.size() < sizeof(Header)) return std::nullopt;
  const auto header = record_at<Header>(message, 0);
  if (header.magic != magic || header.version != version) return std::nullopt;
  return header;
}

std::optional<std::string> parse_configure(std::span<const std::byte> message) {
  if (message.size() != sizeof(Configure) || !is_message(message, Kind::configure)) return std::nullopt;
  const auto record = record_at<Configure>(message, 0);
  const auto path = text_of(record.dev_path);
  if (!path || !path->starts_with('/')) return std::nullopt;
  return std::string(*path);
}

std::optional<std::uint32_t> parse_list(std::span<const std::byte> message) noexcept {
  if (message.size() != sizeof(Header) || !is_message(message, Kind::list)) return std::nullopt;
  return record_at<Header>(message, 0).id;
}

std::optional<ReadRequest> parse_read(std::span<const std::byte> message) {
  if (message.size() < sizeof(Read) || !is_message(message, Kind::read)) return std::nullopt;
  const auto read = record_at<Read>(message, 0);
  const std::size_t count = read.header.count;
  if (count == 0 || count > max_devices) return std::nullopt;
  if (message.size() != sizeof(Read) + count * sizeof(DeviceRequest)) return std::nullopt;
  if (read.timeout_micros == 0 || read.timeout_micros > max_timeout_micros) return std::nullopt;

  ReadRequest parsed{.id = read.header.id, .timeout = std::chrono::microseconds(read.timeout_micros)};
  parsed.indices.reserve(count);
  parsed.requests.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto record = record_at<DeviceRequest>(message, sizeof(Read) + i * sizeof(DeviceRequest));
    auto request = to_request(record);
    if (!request) return std::nullopt;
    parsed.indices.push_back(record.index);
    parsed.requests.push_back(std::move(*request));
  }
  return parsed;
}

std::optional<std::vector<Answer>> parse_answers(std::span<const std::byte> message) {
  if (!is_message(message, Kind::answers)) return std::nullopt;
  std::vector<Answer> answers;
  std::size_t offset = sizeof(Header);
  while (offset < message.size()) {
    if (message.size() - offset < sizeof(DeviceAnswer)) return std::nullopt;
    const auto record = record_at<DeviceAnswer>(message, offset);
    offset += sizeof(DeviceAnswer);
    if (!is_outcome(record) || message.size() - offset < record.data_bytes) return std::nullopt;
    answers.push_back({
        .id = record.id,
        .index = record.index,
        .outcome = to_outcome(record),
        .data = message.subspan(offset, record.data_bytes),
    });
    offset += record.data_bytes;
  }
  if (answers.size() != record_at<Header>(message, 0).count) return std::nullopt;
  return answers;
}

std::optional<std::vector<ListedDevice>> parse_listed(std::span<const std::byte> message) {
  if (!is_message(message, Kind::listed)) return std::nullopt;
  const std::size_t count = record_at<Header>(message, 0).count;
  if (count > max_devices || message.size() != sizeof(Header) + count * sizeof(ListedDevice)) {
    return std::nullopt;
  }
  std::vector<ListedDevice> devices;
  for (std::size_t i = 0; i < count; ++i) {
    devices.push_back(record_at<ListedDevice>(message, sizeof(Header) + i * sizeof(ListedDevice)));
    const auto name = text_of(devices.back().name);
    if (!name || !is_device_name(*name)) return std::nullopt;
  }
  return devices;
}

Header header_of(Kind kind, std::uint32_t id, std::size_t count) noexcept {
  return {
      .magic = magic, .version = version, .kind = kind, .id = id, .count = static_cast<std::uint32_t>(count)};
}

DeviceAnswer to_answer(std::uint32_t id, std::uint32_t index, const Outcome& outcome,
                       std::size_t data_bytes) noexcept {
  return {
      .id = id,
      .index = index,
      .verdict = static_cast<std::uint32_t>(outcome.verdict),
      .step = static_cast<std::uint32_t>(outcome.step),
      .code = outcome.code,
      .data_bytes = static_cast<std::uint32_t>(data_bytes),
      .duration_seconds = outcome.duration_seconds,
      .completed_at_ms = outcome.completed_at_ms,
      .attached_at_ms = outcome.attached_at_ms,
      .born_at_ms = outcome.born_at_ms,
      .outstanding_seconds = outcome.outstanding_seconds,
  };
}

}  // namespace ebs_nvme::protocol
