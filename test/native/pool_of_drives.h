#pragma once

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "check.h"
#include "core/reader_pool.h"

using namespace ebs_nvme;
using namespace std::chrono_literals;

/// Drives that hang when they are told to, a pool that reads them, and what comes of that.

/// Longer than any test takes: where a test waits for an answer and not for a deadline.
inline constexpr auto ample = 60s;

/// Drives that answer at once, but for those that hang.
class Drives {
 public:
  void hang(const std::string& path) {
    const std::lock_guard lock(mutex_);
    hanging_.insert(path);
  }

  /// From now on each takes so long to answer, with others at the same time or without.
  void take(std::chrono::microseconds each) {
    const std::lock_guard lock(mutex_);
    takes_ = each;
  }

  void release_all() {
    const std::lock_guard lock(mutex_);
    hanging_.clear();
    changed_.notify_all();
  }

  void ask(const std::string& path) {
    std::unique_lock lock(mutex_);
    most_at_once_ = std::max(most_at_once_, ++asking_);
    changed_.notify_all();
    changed_.wait(lock, [&] { return !hanging_.contains(path); });
    if (const auto takes = takes_; takes > 0us) {
      lock.unlock();
      std::this_thread::sleep_for(takes);
      lock.lock();
    }
    --asking_;
    changed_.notify_all();
  }

  void await_asking(int number) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return asking_ == number; });
  }

  int most_at_once() {
    const std::lock_guard lock(mutex_);
    return most_at_once_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::string> hanging_;
  std::chrono::microseconds takes_{};
  int asking_ = 0;
  int most_at_once_ = 0;
};

/// Of the running test.
inline Drives* drives = nullptr;

/// Pools and drives stay: their threads may come back late.
inline ReaderPool& new_pool() {
  static auto& kept = *new std::vector<std::pair<Drives*, ReaderPool*>>;
  auto* const pool = new ReaderPool([](const Request& request, Exchange& exchange) noexcept {
    drives->ask(request.path);
    exchange.outcome = {.verdict = Verdict::answered};
    exchange.data.fill(std::byte{1});
  });
  kept.emplace_back(drives = new Drives, pool);
  return *pool;
}

class Results final : public BatchSink {
 public:
  explicit Results(std::size_t size) : verdicts_(size), reports_(size) {}

  void exchanged(std::size_t index, const Exchange& exchange) override {
    report(index, exchange.outcome.verdict);
  }
  void given_up(std::size_t index, const Outcome& outcome) override { report(index, outcome.verdict); }
  void complete() override {
    const std::lock_guard lock(mutex_);
    CHECK(!complete_);
    complete_ = true;
    completed_.notify_all();
  }

  const std::vector<Verdict>& wait() {
    std::unique_lock lock(mutex_);
    completed_.wait(lock, [this] { return complete_; });
    for (const int reports : reports_) CHECK(reports == 1);
    return verdicts_;
  }

 private:
  void report(std::size_t index, Verdict verdict) {
    CHECK(!complete_);
    verdicts_[index] = verdict;
    ++reports_[index];
  }

  std::mutex mutex_;
  std::condition_variable completed_;
  bool complete_ = false;
  std::vector<Verdict> verdicts_;
  std::vector<int> reports_;
};

inline ReaderPool::Requests requests(std::size_t first, std::size_t size) {
  std::vector<Request> list(size);
  for (std::size_t i = 0; i < size; ++i) list[i].path = "nvme" + std::to_string(first + i);
  return std::make_shared<const std::vector<Request>>(std::move(list));
}

inline std::vector<Verdict> read(ReaderPool& pool, ReaderPool::Requests list, Clock::duration timeout) {
  Results results(list->size());
  pool.submit(std::move(list), timeout, results);
  return results.wait();
}

/// What becomes of the devices, of which one hangs at least, once all were asked: on a slow machine short
/// deadlines pass before that.
inline std::vector<Verdict> read_to_the_deadline(ReaderPool& pool, const ReaderPool::Requests& list) {
  for (Clock::duration timeout = 20ms;; timeout *= 2) {
    auto verdicts = read(pool, list, timeout);
    if (std::ranges::find(verdicts, Verdict::not_asked) == verdicts.end()) return verdicts;
  }
}

inline std::ptrdiff_t count(const std::vector<Verdict>& verdicts, Verdict verdict) {
  return std::ranges::count(verdicts, verdict);
}

/// A new pool, and what became in it of so many devices, some of which hang.
struct FirstReading {
  ReaderPool& pool;
  std::vector<Verdict> verdicts;
};

/// The deadline is one that the others keep: a machine that stands still may take seconds.
inline FirstReading read_while_some_hang(std::size_t size, std::size_t first_hanging, std::size_t hanging) {
  for (Clock::duration timeout = 50ms;; timeout *= 2) {
    ReaderPool& pool = new_pool();
    for (std::size_t i = 0; i < hanging; ++i) drives->hang("nvme" + std::to_string(first_hanging + i));
    auto verdicts = read(pool, requests(0, size), timeout);
    const auto answered = count(verdicts, Verdict::answered);
    if (answered == static_cast<std::ptrdiff_t>(size - hanging) || timeout > ample) return {pool, verdicts};
    drives->release_all();
  }
}
