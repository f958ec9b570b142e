#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/device.h"
#include "core/outcome.h"

namespace ebs_nvme {

/// Takes what comes of one batch. Called on the pool's threads with its lock held, one call at a time, so it
/// may not call the pool and should be brief. Each index is reported once, then `complete` comes, once, and
/// after that nothing.
class BatchSink {
 public:
  virtual ~BatchSink() = default;
  /// The device was asked; the exchange says how that ended.
  virtual void exchanged(std::size_t index, const Exchange& exchange) = 0;
  /// There was no exchange to its end: `no_answer`, `outstanding`, `not_asked`, or no thread could be
  /// started.
  virtual void given_up(std::size_t index, const Outcome& outcome) = 0;
  virtual void complete() = 0;
};

struct Batch;

/// Asks many devices at once on threads of its own, so that one that never answers costs its own outcome
/// only.
///
/// A command cannot be called back: its thread sits in the kernel until the drive or the kernel's own timeout
/// ends it. So a deadline ends the waiting, not the command; the thread and its memory stay with the command,
/// and the device is not asked again before it is over. Few threads serve as long as drives answer. Where the
/// queue stands still for a moment one more is started, so that there are never more than the outstanding
/// commands and a few.
class ReaderPool {
 public:
  using Ask = void (*)(const Request&, Exchange&) noexcept;
  /// Shared, as the same devices are asked again and again, by batches that may overlap.
  using Requests = std::shared_ptr<const std::vector<Request>>;
  using BatchHandle = std::shared_ptr<Batch>;

  /// `ask` is `ask_device`, or a test's. The pool must outlive the process's last command: it is never
  /// destroyed.
  explicit ReaderPool(Ask ask) noexcept : ask_(ask) {}
  ReaderPool(const ReaderPool&) = delete;
  ReaderPool& operator=(const ReaderPool&) = delete;
  ~ReaderPool() = delete;

  /// Asks every device, each at most until `timeout` from now. `requests` is not empty; `sink` lives until
  /// `complete` was called or `cancel` returned.
  BatchHandle submit(Requests requests, Clock::duration timeout, BatchSink& sink);

  /// After this the batch's sink is not called any more. Commands under way stay so.
  void cancel(const BatchHandle& batch);

 private:
  /// One device of one batch.
  struct Job {
    BatchHandle batch;
    std::size_t index;
  };

  /// A command under way.
  struct Command {
    Clock::time_point since;
    /// Somebody's deadline passed: nobody waits for its end any more.
    bool overdue = false;
    /// Jobs for the same device that came while the command was not overdue.
    std::vector<Job> waiting{};
  };

  static void* run_worker(void* pool);
  static void* run_watcher(void* pool);

  void work();
  bool take(Job& job, Clock::time_point now);
  bool claim(const Job& job, Clock::time_point now);
  void finish(const Job& job, const Exchange& exchange, Clock::time_point now);

  void watch();
  void expire(const BatchHandle& batch, Clock::time_point now);
  [[nodiscard]] Outcome overdue_outcome(const Job& job, Clock::time_point now);

  void give_up(const Job& job, const Outcome& outcome);
  void settle(const Job& job);
  void close(const BatchHandle& batch);
  [[nodiscard]] std::size_t call_workers();
  int start_worker();
  int ensure_watcher();

  const Ask ask_;
  std::mutex mutex_;
  std::condition_variable work_arrived_;
  std::condition_variable batch_arrived_;
  std::deque<Job> queue_;
  /// By the path of the device, as the job has it that the command is for: its worker keeps that.
  std::unordered_map<std::string_view, Command> commands_;
  std::vector<BatchHandle> open_;
  Clock::time_point last_progress_{};
  /// When one more worker is started, as the queue is not empty yet.
  Clock::time_point relief_at_{};
  std::size_t workers_ = 0;
  std::size_t idle_workers_ = 0;
  std::size_t overdue_commands_ = 0;
  bool watching_ = false;
};

}  // namespace ebs_nvme
