#include "reader/client.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <utility>

#include "core/thread.h"

namespace ebs_nvme {
namespace {

/// What the reader's own deadline may be late by.
constexpr std::chrono::milliseconds grace{500};

/// The name below the folder; empty for what lies elsewhere.
std::string_view name_below(std::string_view folder, std::string_view path) noexcept {
  if (!path.starts_with(folder)) return {};
  path.remove_prefix(folder.size());
  while (path.starts_with('/')) path.remove_prefix(1);
  return protocol::is_device_name(path) ? path : std::string_view{};
}

}  // namespace

// What is asked.

ReaderClient::Id ReaderClient::submit(const std::vector<Request>& requests, Clock::duration timeout,
                                      BatchSink& sink) {
  const std::lock_guard lock(mutex_);
  const Id id = next_id_++;
  const bool is_only = batches_.empty();
  const auto batch = batches_
                         .emplace(id,
                                  Batch{
                                      .sink = &sink,
                                      .is_reported = std::vector(requests.size(), false),
                                      .remaining = requests.size(),
                                      .deadline = Clock::now() + timeout + grace,
                                  })
                         .first;
  Outcome outcome{.verdict = Verdict::reader_silent};
  const auto records = to_records(requests);
  if (records.empty()) {
    outcome = {.verdict = Verdict::system_error, .step = Step::open, .code = EACCES};
  } else if (!state_.reader) {
    outcome = outcome_of_end();
  }
  const bool is_asked = !records.empty() && state_.reader && send_read(id, timeout, records);
  if (!is_asked) {
    for (std::size_t i = 0; i < requests.size(); ++i) give_up(batch->second, i, outcome);
    close(batch);
    return id;
  }
  if (is_only) {
    const std::uint64_t one = 1;
    static_cast<void>(!::write(wake_, &one, sizeof(one)));
  }
  return id;
}

/// Empty where a path is none of the reader's.
std::vector<protocol::DeviceRequest> ReaderClient::to_records(const std::vector<Request>& requests) const {
  std::vector<protocol::DeviceRequest> records;
  records.reserve(requests.size());
  for (const Request& request : requests) {
    const auto name = name_below(dev_path_, request.path);
    if (name.empty()) return {};
    records.push_back({
        .name = protocol::to_name(name),
        .index = static_cast<std::uint32_t>(records.size()),
        .major = request.number.major,
        .minor = request.number.minor,
        .query = static_cast<std::uint32_t>(request.query),
    });
  }
  return records;
}

/// False where the reader is too far behind to be asked.
bool ReaderClient::send_read(Id id, Clock::duration timeout,
                             std::span<const protocol::DeviceRequest> records) const {
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(timeout).count();
  std::vector<std::byte> message;
  for (std::size_t from = 0; from < records.size(); from += protocol::max_devices) {
    const auto part = records.subspan(from, std::min(protocol::max_devices, records.size() - from));
    const protocol::Read read{
        .header = protocol::header_of(protocol::Kind::read, id, part.size()),
        .timeout_micros = static_cast<std::uint64_t>(std::max<std::int64_t>(micros, 1)),
    };
    message.assign(bytes_of(read).begin(), bytes_of(read).end());
    const auto bytes = std::as_bytes(part);
    message.insert(message.end(), bytes.begin(), bytes.end());
    if (!channel_.send(message, MSG_DONTWAIT)) return false;
  }
  return true;
}

void ReaderClient::cancel(Id id) {
  const std::lock_guard lock(mutex_);
  batches_.erase(id);
}

std::vector<protocol::ListedDevice> ReaderClient::list(Clock::duration timeout) {
  std::unique_lock lock(mutex_);
  const Id id = next_id_++;
  if (!channel_.send(bytes_of(protocol::header_of(protocol::Kind::list, id)), MSG_DONTWAIT)) return {};
  const auto is_answered = [&] { return list_ && list_->first == id; };
  if (!listed_.wait_until(lock, Clock::now() + timeout, is_answered)) return {};
  return std::exchange(list_, std::nullopt)->second;
}

// What comes back, on the client's own thread.

void* ReaderClient::run(void* client) {
  name_this_thread("ebs-nvme-client");
  static_cast<ReaderClient*>(client)->receive_for_ever();
  return nullptr;
}

void ReaderClient::receive_for_ever() {
  const auto buffer = std::make_unique<std::array<std::byte, protocol::max_answers_bytes>>();
  for (;;) {
    std::array waits{
        pollfd{.fd = channel_.fd(), .events = POLLIN, .revents = 0},
        pollfd{.fd = wake_, .events = POLLIN, .revents = 0},
    };
    ::poll(waits.data(), waits.size(), wait_ms());
    if (waits[1].revents != 0) {
      std::uint64_t count;
      static_cast<void>(!::read(wake_, &count, sizeof(count)));
    }
    if (waits[0].revents != 0) {
      const auto message = channel_.receive(*buffer);
      if (!message.empty()) {
        take(message);
      } else if (socket_path_.empty()) {
        return bury_keeper();
      } else {
        lose_reader();
        connect_again();
      }
    }
    expire();
  }
}

/// Nobody starts another reader. The keeper is this process's child, as the launcher was this process; Node
/// waits for no child that it did not start.
void ReaderClient::bury_keeper() {
  take_ended({}, true);
  ::waitpid(keeper_, nullptr, 0);
}

/// A container that was restarted, with the reader in it. Told once, however often it cannot be reached.
void ReaderClient::lose_reader() {
  const std::lock_guard lock(mutex_);
  const bool is_news = !state_.is_lost;
  state_.reader.reset();
  state_.is_lost = true;
  give_up_all(outcome_of_end());
  if (is_news) tell();
}

/// Until the next deadline; -1 where there is none.
int ReaderClient::wait_ms() {
  const std::lock_guard lock(mutex_);
  if (batches_.empty()) return -1;
  const auto next =
      std::ranges::min_element(batches_, {}, [](const auto& entry) { return entry.second.deadline; });
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(next->second.deadline - Clock::now());
  return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
}

/// A message that is none of the reader's is as good as none: what it should have answered times out.
void ReaderClient::take(std::span<const std::byte> message) {
  const auto header = protocol::parse_header(message);
  if (!header) return;
  if (header->kind == protocol::Kind::answers) {
    if (const auto answers = protocol::parse_answers(message)) take_answers(*answers);
  } else if (header->kind == protocol::Kind::ended) {
    if (const auto ended = protocol::parse_record<protocol::Ended>(message)) take_ended(*ended, false);
  } else if (header->kind == protocol::Kind::hello) {
    const auto hello = protocol::parse_record<protocol::Hello>(message);
    const std::lock_guard lock(mutex_);
    if (!hello) return;
    // The end of the one before may not have been told.
    give_up_all(outcome_of_end());
    state_.reader = *hello;
    state_.is_lost = false;
    tell();
  } else if (header->kind == protocol::Kind::listed) {
    auto devices = protocol::parse_listed(message);
    const std::lock_guard lock(mutex_);
    if (devices) list_ = {header->id, std::move(*devices)};
    listed_.notify_all();
  }
}

void ReaderClient::take_answers(const std::vector<protocol::Answer>& answers) {
  Exchange exchange;
  const std::lock_guard lock(mutex_);
  for (const protocol::Answer& answer : answers) {
    const auto batch = batches_.find(answer.id);
    if (batch == batches_.end()) continue;
    Batch& asked = batch->second;
    if (answer.index >= asked.is_reported.size() || asked.is_reported[answer.index]) continue;
    if (answer.outcome.verdict == Verdict::answered) {
      exchange.outcome = answer.outcome;
      exchange.has_io_sizes = answer.data.size() > transfer_bytes;
      std::ranges::copy(answer.data, exchange.data.begin());
      asked.is_reported[answer.index] = true;
      --asked.remaining;
      // The reader does not look into pages: whoever could trick a decoder would trick one that holds no
      // capability.
      decode_answer(exchange);
      asked.sink->exchanged(answer.index, exchange);
    } else {
      give_up(asked, answer.index, answer.outcome);
    }
    if (asked.remaining == 0) close(batch);
  }
}

void ReaderClient::take_ended(const protocol::Ended& ended, bool is_final) {
  const std::lock_guard lock(mutex_);
  state_.reader.reset();
  state_.is_final = is_final;
  if (!is_final) state_.ended = ended;
  give_up_all(outcome_of_end());
  tell();
}

void ReaderClient::expire() {
  const std::lock_guard lock(mutex_);
  const auto now = Clock::now();
  std::vector<Id> late;
  for (const auto& [id, batch] : batches_) {
    if (batch.deadline <= now) late.push_back(id);
  }
  for (const Id id : late) {
    const auto batch = batches_.find(id);
    for (std::size_t i = 0; i < batch->second.is_reported.size(); ++i) {
      give_up(batch->second, i, {.verdict = Verdict::reader_silent});
    }
    close(batch);
  }
}

// The books.

void ReaderClient::give_up(Batch& batch, std::size_t index, const Outcome& outcome) {
  if (batch.is_reported[index]) return;
  batch.is_reported[index] = true;
  --batch.remaining;
  batch.sink->given_up(index, outcome);
}

void ReaderClient::give_up_all(const Outcome& outcome) {
  while (!batches_.empty()) {
    const auto batch = batches_.begin();
    for (std::size_t i = 0; i < batch->second.is_reported.size(); ++i) give_up(batch->second, i, outcome);
    close(batch);
  }
}

void ReaderClient::close(Batches::iterator batch) {
  BatchSink* const sink = batch->second.sink;
  batches_.erase(batch);
  sink->complete();
}

void ReaderClient::tell() {
  if (observer_ != nullptr) observer_->changed(state_);
}

Outcome ReaderClient::outcome_of_end() const {
  Outcome outcome{.verdict = Verdict::reader_ended};
  if (state_.is_lost) {
    outcome.code = lost_code;
    return outcome;
  }
  if (state_.ended && !state_.is_final)
    outcome.code = (state_.ended->wait_status & 0xffff) | state_.ended->refused_call << 16;
  return outcome;
}

}  // namespace ebs_nvme
