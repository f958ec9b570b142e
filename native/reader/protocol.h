#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/device.h"
#include "core/outcome.h"

/// What the collector and its reader say to each other: little records of fixed width, a few of them in one
/// message of a SOCK_SEQPACKET socket. Both ends are one build on one machine, so the byte order is the
/// machine's; the version tells a reader of another build.
///
/// Neither end trusts the other. What the collector sends may be an attacker's, and the reader holds a
/// capability: a message is a request when every one of its bytes is as expected, or it is nothing.
namespace ebs_nvme::protocol {

static_assert(std::endian::native == std::endian::little);

inline constexpr std::uint32_t magic = 0x5253'4245;  // "EBSR"
inline constexpr std::uint16_t version = 1;

enum class Kind : std::uint16_t {
  // To the reader.
  configure = 1,
  list,
  read,
  // From the reader.
  hello = 16,
  failed,
  ended,
  listed,
  answers,
};

struct Header {
  std::uint32_t magic;
  std::uint16_t version;
  Kind kind;
  /// Of the request, given by the collector; what answers it has the same.
  std::uint32_t id;
  /// How many records follow.
  std::uint32_t count;
};
static_assert(sizeof(Header) == 16 && offsetof(Header, kind) == 6 && offsetof(Header, count) == 12);

/// The first message: where the device nodes are. Comes once, before the reader confines itself to there.
struct Configure {
  Header header;
  std::array<char, 256> dev_path;
};
static_assert(sizeof(Configure) == 272);

inline constexpr std::size_t name_bytes = 32;
using Name = std::array<char, name_bytes>;

/// More devices than the kernel has minors for on any machine seen; a batch of more is several messages.
inline constexpr std::size_t max_devices = 512;

struct Read {
  Header header;
  std::uint64_t timeout_micros;
};
static_assert(sizeof(Read) == 24);

struct DeviceRequest {
  Name name;
  std::uint32_t index;
  std::uint32_t major;
  std::uint32_t minor;
  /// `Query`, without `identify`.
  std::uint32_t query;
};
static_assert(sizeof(DeviceRequest) == 48);

/// The reader is confined and waits for requests. Comes again from each that takes the place of another.
struct Hello {
  Header header;
  std::uint32_t pid;
  /// Of the kernel's Landlock; 0 where there is none.
  std::uint32_t landlock_abi;
  std::uint32_t is_chrooted;
  std::uint32_t keeper_pid;
};
static_assert(sizeof(Hello) == 32);

/// The reader could not confine itself, and is gone for good.
struct Failed {
  Header header;
  std::uint32_t step;
  std::uint32_t error;
};
static_assert(sizeof(Failed) == 24);

/// The reader ended, by wait(2)'s status; what was asked is not answered. Another one comes, after the delay.
struct Ended {
  Header header;
  std::uint32_t wait_status;
  /// The system call that was refused, plus one; 0 where that is not why.
  std::uint32_t refused_call;
  std::uint32_t restart_in_ms;
  std::uint32_t reserved;
};
static_assert(sizeof(Ended) == 32);

struct ListedDevice {
  Name name;
  std::uint32_t major;
  std::uint32_t minor;
};
static_assert(sizeof(ListedDevice) == 40);

/// In a message `answers`, each with `data_bytes` of what the drive said behind it.
struct DeviceAnswer {
  std::uint32_t id;
  std::uint32_t index;
  std::uint32_t verdict;
  std::uint32_t step;
  std::uint32_t code;
  std::uint32_t data_bytes;
  double duration_seconds;
  double completed_at_ms;
  double attached_at_ms;
  double born_at_ms;
  double outstanding_seconds;
};
static_assert(sizeof(DeviceAnswer) == 64);

/// A message has room for sixteen pages, so that 128 volumes cost eight of them: a message for each cost
/// twice the CPU time, mostly in waking the collector up.
inline constexpr std::size_t max_answers_bytes =
    sizeof(Header) + 16 * (sizeof(DeviceAnswer) + transfer_bytes);
inline constexpr std::size_t max_request_bytes = sizeof(Read) + max_devices * sizeof(DeviceRequest);
static_assert(max_answers_bytes >= sizeof(Header) + sizeof(DeviceAnswer) + 2 * transfer_bytes);
static_assert(max_answers_bytes >= sizeof(Header) + max_devices * sizeof(ListedDevice));

/// `nvme1n1`: the block device of a namespace, and nothing that leads anywhere else.
[[nodiscard]] bool is_device_name(std::string_view name) noexcept;

[[nodiscard]] Name to_name(std::string_view name) noexcept;
/// The text of a name that is padded with NULs and only with them.
[[nodiscard]] std::optional<std::string_view> text_of(std::span<const char> field) noexcept;

/// What the reader takes for a request.
struct ReadRequest {
  std::uint32_t id = 0;
  Clock::duration timeout{};
  /// Which device of the collector's batch each request is.
  std::vector<std::uint32_t> indices{};
  /// Their paths are names.
  std::vector<Request> requests{};
};

[[nodiscard]] std::optional<std::string> parse_configure(std::span<const std::byte> message);
/// The id of a request for the list.
[[nodiscard]] std::optional<std::uint32_t> parse_list(std::span<const std::byte> message) noexcept;
[[nodiscard]] std::optional<ReadRequest> parse_read(std::span<const std::byte> message);

/// The header of a message of ours, whatever its kind.
[[nodiscard]] std::optional<Header> parse_header(std::span<const std::byte> message) noexcept;

/// A message of one record, its header included.
template <typename Record>
[[nodiscard]] std::optional<Record> parse_record(std::span<const std::byte> message) noexcept {
  if (message.size() != sizeof(Record)) return std::nullopt;
  std::array<std::byte, sizeof(Record)> bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = message[i];
  return std::bit_cast<Record>(bytes);
}

struct Answer {
  std::uint32_t id = 0;
  std::uint32_t index = 0;
  Outcome outcome{};
  /// Empty, a page, or a page with its detail per I/O size.
  std::span<const std::byte> data{};
};

/// What the collector takes from the reader.
[[nodiscard]] std::optional<std::vector<Answer>> parse_answers(std::span<const std::byte> message);
[[nodiscard]] std::optional<std::vector<ListedDevice>> parse_listed(std::span<const std::byte> message);

[[nodiscard]] Header header_of(Kind kind, std::uint32_t id = 0, std::size_t count = 0) noexcept;
[[nodiscard]] DeviceAnswer to_answer(std::uint32_t id, std::uint32_t index, const Outcome& outcome,
                                     std::size_t data_bytes) noexcept;

}  // namespace ebs_nvme::protocol
