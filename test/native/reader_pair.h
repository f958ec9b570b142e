#pragma once

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "check.h"
#include "core/statistics_page.h"
#include "reader/client.h"
#include "reader/confinement.h"
#include "reader/server.h"

using namespace ebs_nvme;
using namespace std::chrono_literals;

/// A collector's end and a reader's of one channel, in one process.

/// What stays: threads of clients, servers and pools may come back late.
template <typename Kept, typename... Arguments>
Kept& keep(Arguments&&... arguments) {
  static auto& all = *new std::vector<Kept*>;
  all.push_back(new Kept(std::forward<Arguments>(arguments)...));
  return *all.back();
}

/// Longer than any test takes.
inline constexpr auto ample = 60s;

/// A drive that hangs until it is let go; all others answer with a page that their own number fills.
inline std::atomic<bool> is_hanging = false;

inline void ask(const Request& request, Exchange& exchange) noexcept {
  if (request.path == "nvme666n1") {
    is_hanging.wait(true);
    exchange.outcome = {.verdict = Verdict::system_error, .step = Step::command, .code = 5};
    return;
  }
  exchange.outcome = {.verdict = Verdict::answered};
  exchange.has_io_sizes = request.query == Query::statistics_with_io_sizes;
  exchange.data.fill(static_cast<std::byte>(std::stoi(request.path.substr(4))));
  std::ranges::copy(bytes_of(ebs_magic), exchange.data.begin());
}

inline protocol::Hello hello() {
  return {.header = protocol::header_of(protocol::Kind::hello),
          .pid = 42,
          .landlock_abi = 1,
          .is_chrooted = 1,
          .keeper_pid = 0};
}

/// Both ends of a channel.
struct Pair {
  Channel readers;
  ReaderClient& client;
};

inline Pair connected() {
  std::array<int, 2> ends{};
  CHECK(::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends.data()) == 0);
  const Channel readers(ends[1]);
  CHECK(readers.send(bytes_of(hello())));
  auto& client = keep<ReaderClient>(Channel(ends[0]), "/host/dev");
  CHECK(client.connect(ample).empty());
  std::array<std::byte, 512> buffer;
  CHECK(protocol::parse_configure(readers.receive(buffer)) == "/host/dev");
  return {readers, client};
}

/// With a reader that works.
inline Pair served() {
  const Pair pair = connected();
  auto& server = keep<Server>(pair.readers, keep<ReaderPool>(ask));
  std::thread([&server] { static_cast<void>(server.serve()); }).detach();
  return pair;
}

class Results final : public BatchSink {
 public:
  explicit Results(std::size_t size) : outcomes(size), last_bytes(size), has_io_sizes(size) {}

  void exchanged(std::size_t index, const Exchange& exchange) override {
    CHECK(!complete_);
    outcomes[index] = exchange.outcome;
    last_bytes[index] = std::to_integer<int>(exchange.data[transfer_bytes - 1]);
    has_io_sizes[index] = exchange.has_io_sizes;
  }
  void given_up(std::size_t index, const Outcome& outcome) override {
    CHECK(!complete_);
    outcomes[index] = outcome;
  }
  void complete() override {
    const std::lock_guard lock(mutex_);
    complete_ = true;
    completed_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    completed_.wait(lock, [this] { return complete_; });
  }

  std::vector<Outcome> outcomes;
  std::vector<int> last_bytes;
  std::vector<bool> has_io_sizes;

 private:
  std::mutex mutex_;
  std::condition_variable completed_;
  bool complete_ = false;
};

inline std::vector<Request> requests(std::size_t size, Query query = Query::statistics) {
  std::vector<Request> list(size);
  for (std::size_t i = 0; i < size; ++i) {
    list[i].path = "/host/dev/nvme" + std::to_string(i) + "n1";
    list[i].query = query;
  }
  return list;
}

inline void send_ended(const Pair& pair, int wait_status) {
  const protocol::Ended ended{.header = protocol::header_of(protocol::Kind::ended),
                              .wait_status = static_cast<std::uint32_t>(wait_status),
                              .refused_call = 42,
                              .restart_in_ms = 100,
                              .reserved = 0};
  CHECK(pair.readers.send(bytes_of(ended)));
}

class Changes final : public ReaderClient::Observer {
 public:
  void changed(const ReaderClient::State& state) override {
    const std::lock_guard lock(mutex_);
    states_.push_back(state);
    came_.notify_all();
  }
  ReaderClient::State wait(std::size_t number) {
    std::unique_lock lock(mutex_);
    came_.wait(lock, [&] { return states_.size() >= number; });
    return states_[number - 1];
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<ReaderClient::State> states_;
};
