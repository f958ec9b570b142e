#include "reader/protocol.h"

#include <cmath>
#include <cstring>

#include "check.h"
#include "reader/amazon_drive.h"
#include "reader/channel.h"

using namespace ebs_nvme;
using namespace ebs_nvme::protocol;

namespace {

using Bytes = std::vector<std::byte>;

template <typename Record>
void append(Bytes& message, const Record& record) {
  const auto bytes = bytes_of(record);
  message.insert(message.end(), bytes.begin(), bytes.end());
}

DeviceRequest device(std::string_view name, std::uint32_t index = 0) {
  return {.name = to_name(name),
          .index = index,
          .major = 259,
          .minor = 7,
          .query = static_cast<std::uint32_t>(Query::statistics)};
}

Bytes read_message(const std::vector<DeviceRequest>& devices, std::uint64_t timeout_micros = 1000) {
  Bytes message;
  append(message,
         Read{.header = header_of(Kind::read, 42, devices.size()), .timeout_micros = timeout_micros});
  for (const DeviceRequest& each : devices) append(message, each);
  return message;
}

Bytes answers_message(const std::vector<DeviceAnswer>& answers) {
  Bytes message;
  append(message, header_of(Kind::answers, 0, answers.size()));
  for (const DeviceAnswer& answer : answers) {
    append(message, answer);
    message.resize(message.size() + answer.data_bytes, std::byte{0xA5});
  }
  return message;
}

}  // namespace

TEST("names of devices are nvme, a number, n and a number, and nothing else") {
  for (const char* name : {"nvme0n1", "nvme1n1", "nvme128n1", "nvme10n12"}) CHECK(is_device_name(name));
  for (const char* name :
       {"", "nvme", "nvme1", "nvmen1", "nvme1n", "nvme1n1p1", "nvme1c1n1", "/nvme1n1", "../nvme1n1",
        "nvme1n1/", "nvme 1n1", "nvme-1n1", "NVME1n1", "sda", "nvme1n1.", "nvme1n1\n"}) {
    CHECK(!is_device_name(name));
  }
  CHECK(!is_device_name("nvme1n" + std::string(name_bytes, '1')));
}

TEST("a request to read says which devices, whose, and for how long") {
  const auto parsed = parse_read(read_message({device("nvme1n1", 5), device("nvme2n1", 9)}));
  CHECK(parsed && parsed->id == 42 && parsed->timeout == std::chrono::milliseconds(1));
  CHECK(parsed->indices == (std::vector<std::uint32_t>{5, 9}));
  CHECK(parsed->requests[1].path == "nvme2n1" && parsed->requests[1].query == Query::statistics);
  CHECK((parsed->requests[0].number == DeviceNumber{.major = 259, .minor = 7}));
}

TEST("a request with any byte out of place is none") {
  const Bytes right = read_message({device("nvme1n1")});
  CHECK(parse_read(right));
  for (std::size_t length = 0; length < right.size(); ++length)
    CHECK(!parse_read(std::span(right).first(length)));
  Bytes longer = right;
  longer.push_back(std::byte{0});
  CHECK(!parse_read(longer));

  CHECK(!parse_read(read_message({})));
  CHECK(!parse_read(read_message(std::vector(max_devices + 1, device("nvme1n1")))));
  CHECK(parse_read(read_message(std::vector(max_devices, device("nvme1n1")))));
  CHECK(!parse_read(read_message({device("nvme1n1")}, 0)));
  CHECK(!parse_read(read_message({device("nvme1n1")}, 60'000'001)));
  CHECK(!parse_read(read_message({device("../etc/shadow")})));
  CHECK(!parse_read(read_message({device("nvme1n1"), device("sda")})));

  DeviceRequest hidden = device("nvme1n1");
  hidden.name[20] = 'x';
  CHECK(!parse_read(read_message({hidden})));
  DeviceRequest endless = device("nvme1n1");
  endless.name.fill('1');
  CHECK(!parse_read(read_message({endless})));
  for (const std::uint32_t query : {0U, 3U, 257U, 0xFFFF'FFFFU}) {
    DeviceRequest odd = device("nvme1n1");
    odd.query = query;
    CHECK(!parse_read(read_message({odd})));
  }
  for (std::size_t at = 0; at < 8; ++at) {
    Bytes other = right;
    other[at] ^= std::byte{0x20};
    CHECK(!parse_read(other));
  }
}

TEST("the place of the nodes is an absolute path") {
  const auto place = [](std::string_view path) {
    Configure configure{.header = header_of(Kind::configure), .dev_path = {}};
    std::memcpy(configure.dev_path.data(), path.data(), path.size());
    return parse_configure(bytes_of(configure));
  };
  CHECK(place("/host/dev") == "/host/dev");
  CHECK(!place("dev") && !place(""));
  CHECK(!place(std::string("/") + std::string(255, 'x')));
  CHECK(!parse_configure(bytes_of(header_of(Kind::configure))));
}

TEST("answers come back as they were given, with their pages") {
  Outcome outcome{.verdict = Verdict::answered};
  outcome.completed_at_ms = 12.5;
  const Outcome gone{.verdict = Verdict::system_error, .step = Step::command, .code = 19};
  const auto message =
      answers_message({to_answer(1, 3, outcome, 2 * transfer_bytes), to_answer(2, 0, gone, 0)});
  const auto answers = parse_answers(message);
  CHECK(answers && answers->size() == 2);
  CHECK((*answers)[0].index == 3 && (*answers)[0].data.size() == 2 * transfer_bytes);
  CHECK((*answers)[0].outcome.completed_at_ms == 12.5 && std::isnan((*answers)[0].outcome.born_at_ms));
  CHECK((*answers)[1].outcome.verdict == Verdict::system_error && (*answers)[1].outcome.code == 19);
  CHECK((*answers)[1].data.empty());
}

TEST("answers that are not whole are none") {
  const Outcome answered{.verdict = Verdict::answered};
  const auto right = answers_message({to_answer(1, 0, answered, transfer_bytes)});
  CHECK(parse_answers(right));
  CHECK(!parse_answers(std::span(right).first(right.size() - 1)));
  CHECK(!parse_answers(std::span(right).first(sizeof(Header))));
  CHECK(!parse_answers(answers_message({to_answer(1, 0, answered, 1)})));
  CHECK(!parse_answers(answers_message({to_answer(1, 0, answered, 0)})));
  CHECK(!parse_answers(answers_message({to_answer(1, 0, {.verdict = Verdict::no_answer}, transfer_bytes)})));
  DeviceAnswer odd = to_answer(1, 0, {.verdict = Verdict::no_answer}, 0);
  odd.verdict = static_cast<std::uint32_t>(last_verdict) + 1;
  CHECK(!parse_answers(answers_message({odd})));
}

TEST("a list has names of devices only") {
  Bytes message;
  append(message, header_of(Kind::listed, 1, 1));
  append(message, ListedDevice{.name = to_name("nvme1n1"), .major = 259, .minor = 1});
  const auto devices = parse_listed(message);
  CHECK(devices && devices->size() == 1 && (*devices)[0].minor == 1);
  message[sizeof(Header)] = std::byte{'/'};
  CHECK(!parse_listed(message));
}

TEST("a drive is Amazon's by its vendor and its model together") {
  const auto drive = [](std::uint16_t vendor_id, const char* model) {
    Identity identity;
    identity.vendor_id = vendor_id;
    identity.model = model;
    return identity;
  };
  CHECK(is_amazon(drive(0x1D0F, "Amazon Elastic Block Store")));
  CHECK(is_amazon(drive(0x1D0F, "Amazon EC2 NVMe Instance Storage")));
  CHECK(!is_amazon(drive(0x144D, "Amazon Elastic Block Store")));
  CHECK(!is_amazon(drive(0x1D0F, "Amazon Elastic Block Store 2")));
  CHECK(!is_amazon(drive(0x1D0F, "")));
}
