#include "core/reader_pool.h"

#include <algorithm>
#include <utility>

#include "core/thread.h"

namespace ebs_nvme {

struct Batch {
  enum class State : std::uint8_t { queued, waiting, asking, done };

  ReaderPool::Requests requests;
  std::vector<State> states;
  std::size_t remaining;
  Clock::time_point deadline;
  /// Null once the batch is closed: what still comes in for it is dropped.
  BatchSink* sink;

  [[nodiscard]] const Request& request(std::size_t index) const noexcept { return (*requests)[index]; }
};

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Drives that answer at once are read by one thread, which costs the node the least: every other one is
/// woken and put to sleep beside it.
constexpr std::size_t usual_workers = 1;
/// Drives spend time in their commands. Where the queue is not empty after so long, and again after as long,
/// one more thread overlaps them.
constexpr milliseconds relief{15};
/// A drive answers within tens to hundreds of microseconds. A queue that stood still for longer needs one
/// more thread.
constexpr milliseconds stall{2};
/// Longer than the usual interval between scrapes, so that those find their threads waiting.
constexpr seconds idle_life{35};

}  // namespace

ReaderPool::BatchHandle ReaderPool::submit(Requests requests, Clock::duration timeout, BatchSink& sink) {
  const std::size_t size = requests->size();
  const auto now = Clock::now();
  auto batch = std::make_shared<Batch>(Batch{
      .requests = std::move(requests),
      .states = std::vector(size, Batch::State::queued),
      .remaining = size,
      .deadline = now + timeout,
      .sink = &sink,
  });

  std::unique_lock lock(mutex_);
  if (const int error = ensure_watcher(); error != 0) {
    // Nobody would ever close the batch.
    Outcome outcome{.verdict = Verdict::system_error, .step = Step::start_thread};
    outcome.code = static_cast<std::uint32_t>(error);
    for (std::size_t i = 0; i < size; ++i) sink.given_up(i, outcome);
    batch->sink = nullptr;
    sink.complete();
    return batch;
  }
  if (queue_.empty()) {
    last_progress_ = now;
    relief_at_ = now + relief;
  }
  for (std::size_t i = 0; i < size; ++i) queue_.push_back({batch, i});
  open_.push_back(batch);
  const std::size_t called = call_workers();
  lock.unlock();
  // Without the lock, which those who wake take first.
  for (std::size_t i = 0; i < called; ++i) work_arrived_.notify_one();
  batch_arrived_.notify_one();
  return batch;
}

void ReaderPool::cancel(const BatchHandle& batch) {
  const std::lock_guard lock(mutex_);
  close(batch);
}

// Workers: take a job, ask the device without the lock, report.

void* ReaderPool::run_worker(void* pool) {
  name_this_thread("ebs-nvme-read");
  static_cast<ReaderPool*>(pool)->work();
  return nullptr;
}

void ReaderPool::work() {
  // The drive writes into this thread's own stack. So the memory of an abandoned command lives exactly as
  // long as the command does.
  Exchange exchange;
  Job job;
  auto now = Clock::now();
  std::unique_lock lock(mutex_);
  for (;;) {
    while (take(job, now)) {
      const Request& request = job.batch->request(job.index);
      lock.unlock();
      ask_(request, exchange);
      now = Clock::now();
      lock.lock();
      finish(job, exchange, now);
    }
    if (idle_workers_ >= usual_workers) break;
    ++idle_workers_;
    const bool called = work_arrived_.wait_until(lock, now + idle_life, [this] { return !queue_.empty(); });
    --idle_workers_;
    if (!called) break;
    now = Clock::now();
  }
  --workers_;
}

bool ReaderPool::take(Job& job, Clock::time_point now) {
  while (!queue_.empty()) {
    job = std::move(queue_.front());
    queue_.pop_front();
    if (claim(job, now)) return true;
  }
  job.batch.reset();
  return false;
}

/// False where this job does not lead to a command now.
bool ReaderPool::claim(const Job& job, Clock::time_point now) {
  Batch& batch = *job.batch;
  if (batch.sink == nullptr) return false;
  const auto [entry, is_new] = commands_.try_emplace(batch.request(job.index).path, Command{.since = now});
  if (is_new) {
    batch.states[job.index] = Batch::State::asking;
    return true;
  }
  if (entry->second.overdue) {
    give_up(job, overdue_outcome(job, now));
  } else {
    batch.states[job.index] = Batch::State::waiting;
    entry->second.waiting.push_back(job);
  }
  return false;
}

void ReaderPool::finish(const Job& job, const Exchange& exchange, Clock::time_point now) {
  last_progress_ = now;
  auto command = commands_.extract(job.batch->request(job.index).path);
  if (command.mapped().overdue) --overdue_commands_;
  for (Job& waiting : command.mapped().waiting) queue_.push_front(std::move(waiting));
  if (!queue_.empty() && idle_workers_ > 0) work_arrived_.notify_one();
  if (job.batch->sink == nullptr) return;
  job.batch->sink->exchanged(job.index, exchange);
  settle(job);
}

// The watcher: closes batches at their deadline, adds workers where the queue stands still.

void* ReaderPool::run_watcher(void* pool) {
  name_this_thread("ebs-nvme-watch");
  static_cast<ReaderPool*>(pool)->watch();
  return nullptr;
}

void ReaderPool::watch() {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (open_.empty()) {
      const auto end = Clock::now() + idle_life;
      if (!batch_arrived_.wait_until(lock, end, [this] { return !open_.empty(); })) break;
    }
    auto next = (*std::ranges::min_element(open_, {}, &Batch::deadline))->deadline;
    if (!queue_.empty()) next = std::min({next, last_progress_ + stall, relief_at_});
    batch_arrived_.wait_until(lock, next);

    const auto now = Clock::now();
    const auto batches = open_;
    for (const BatchHandle& batch : batches) {
      if (batch->sink != nullptr && batch->deadline <= now) expire(batch, now);
    }
    if (!queue_.empty() && (now - last_progress_ >= stall || now >= relief_at_)) {
      // Where no thread is to be had there may be one at the next turn; the deadline stands either way.
      static_cast<void>(start_worker());
      last_progress_ = now;
      relief_at_ = now + relief;
    }
  }
  watching_ = false;
}

void ReaderPool::expire(const BatchHandle& batch, Clock::time_point now) {
  for (std::size_t i = 0; i < batch->states.size() && batch->sink != nullptr; ++i) {
    const Job job{batch, i};
    switch (batch->states[i]) {
      case Batch::State::done:
        break;
      case Batch::State::queued:
        give_up(job, {.verdict = Verdict::not_asked});
        break;
      case Batch::State::waiting:
      case Batch::State::asking:
        give_up(job, overdue_outcome(job, now));
        break;
    }
  }
}

/// For a job whose device has a command under way that nobody is to wait for any more: not this job, nor the
/// ones that wait behind the command.
Outcome ReaderPool::overdue_outcome(const Job& job, Clock::time_point now) {
  Command& command = commands_.find(job.batch->request(job.index).path)->second;
  const double outstanding_seconds = ebs_nvme::seconds(now - command.since);
  const Outcome outstanding{.verdict = Verdict::outstanding, .outstanding_seconds = outstanding_seconds};
  if (!command.overdue) {
    command.overdue = true;
    ++overdue_commands_;
    for (const Job& waiting : std::exchange(command.waiting, {})) {
      const bool is_this = waiting.batch == job.batch && waiting.index == job.index;
      if (!is_this && waiting.batch->sink != nullptr) give_up(waiting, outstanding);
    }
  }
  if (job.batch->states[job.index] != Batch::State::asking) return outstanding;
  return {
      .verdict = Verdict::no_answer,
      .duration_seconds = outstanding_seconds,
      .outstanding_seconds = outstanding_seconds,
  };
}

// The books.

void ReaderPool::give_up(const Job& job, const Outcome& outcome) {
  job.batch->sink->given_up(job.index, outcome);
  settle(job);
}

void ReaderPool::settle(const Job& job) {
  Batch& batch = *job.batch;
  batch.states[job.index] = Batch::State::done;
  if (--batch.remaining > 0) return;
  BatchSink* const sink = batch.sink;
  close(job.batch);
  sink->complete();
}

void ReaderPool::close(const BatchHandle& batch) {
  batch->sink = nullptr;
  std::erase(open_, batch);
}

/// How many of those that are idle are to be notified.
std::size_t ReaderPool::call_workers() {
  const std::size_t wanted = std::min(queue_.size(), usual_workers);
  while (workers_ - overdue_commands_ < wanted) {
    if (start_worker() != 0) break;
  }
  return std::min(wanted, idle_workers_);
}

int ReaderPool::start_worker() {
  const int error = start_detached_thread(run_worker, this);
  if (error == 0) ++workers_;
  return error;
}

int ReaderPool::ensure_watcher() {
  if (watching_) return 0;
  const int error = start_detached_thread(run_watcher, this);
  watching_ = error == 0;
  return error;
}

}  // namespace ebs_nvme
