#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/reader_pool.h"
#include "reader/channel.h"
#include "reader/protocol.h"

namespace ebs_nvme {

/// The collector's end of the channel: asks the reader what a `ReaderPool` would be asked. What comes from
/// the reader is checked like what comes from anybody.
class ReaderClient {
 public:
  using Id = std::uint32_t;

  /// A reader that is there, or why there is none.
  struct State {
    std::optional<protocol::Hello> reader{};
    /// How the last one ended; a new one comes, unless `is_final`.
    std::optional<protocol::Ended> ended{};
    /// The keeper is gone: nobody starts another one.
    bool is_final = false;
    /// The reader that listens at a socket is gone; the client connects again once it is back.
    bool is_lost = false;
  };

  /// In an outcome `reader_ended`, in the place of a wait status, which is never this: the reader is lost.
  static constexpr std::uint32_t lost_code = 0xffff;

  /// Called on the client's own thread, one call at a time, when a reader came or went.
  class Observer {
   public:
    virtual ~Observer() = default;
    virtual void changed(const State& state) = 0;
  };

  /// A client is never destroyed: its thread waits for the process's life. `observer` lives as long.
  /// `socket_path` is where the channel's other end listens; empty where it was inherited.
  explicit ReaderClient(Channel channel, std::string dev_path, std::string socket_path = {}) noexcept
      : channel_(channel), dev_path_(std::move(dev_path)), socket_path_(std::move(socket_path)) {}
  ReaderClient(const ReaderClient&) = delete;
  ReaderClient& operator=(const ReaderClient&) = delete;
  ~ReaderClient() = delete;

  /// Says where the devices are, waits for the reader, at most `timeout`, and starts the thread. Empty, or
  /// what to say. Comes first, once.
  [[nodiscard]] std::string connect(Clock::duration timeout);
  /// What happens before is told to nobody; `state` says what came of it.
  void observe(Observer& observer);

  [[nodiscard]] State state();

  /// As `ReaderPool::submit`. Requests have paths below `dev_path`; others are outcomes at once.
  Id submit(const std::vector<Request>& requests, Clock::duration timeout, BatchSink& sink);
  /// After this the batch's sink is not called any more.
  void cancel(Id id);

  /// The devices that the reader sees; none where it does not answer in time.
  [[nodiscard]] std::vector<protocol::ListedDevice> list(Clock::duration timeout);

 private:
  struct Batch {
    BatchSink* sink;
    std::vector<bool> is_reported;
    std::size_t remaining;
    /// The reader's own, and a while for it to say so.
    Clock::time_point deadline;
  };
  using Batches = std::unordered_map<Id, Batch>;

  static void* run(void* client);
  void receive_for_ever();
  void bury_keeper();
  void lose_reader();
  void connect_again() const;
  [[nodiscard]] bool introduce() const;
  [[nodiscard]] int wait_ms();
  void take(std::span<const std::byte> message);
  void take_answers(const std::vector<protocol::Answer>& answers);
  void take_ended(const protocol::Ended& ended, bool is_final);
  void expire();

  [[nodiscard]] std::vector<protocol::DeviceRequest> to_records(const std::vector<Request>& requests) const;
  [[nodiscard]] bool send_read(Id id, Clock::duration timeout,
                               std::span<const protocol::DeviceRequest> records) const;
  void give_up(Batch& batch, std::size_t index, const Outcome& outcome);
  void give_up_all(const Outcome& outcome);
  void close(Batches::iterator batch);
  void tell();
  [[nodiscard]] Outcome outcome_of_end() const;

  const Channel channel_;
  const std::string dev_path_;
  const std::string socket_path_;
  std::mutex mutex_;
  State state_;
  Observer* observer_ = nullptr;
  pid_t keeper_ = 0;
  Id next_id_ = 1;
  Batches batches_;
  /// Wakes the thread when there is a deadline to keep.
  int wake_ = -1;

  std::condition_variable listed_;
  std::optional<std::pair<Id, std::vector<protocol::ListedDevice>>> list_;
};

}  // namespace ebs_nvme
