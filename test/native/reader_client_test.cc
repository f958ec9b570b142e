#include "check.h"
#include "reader_pair.h"

/// What comes through the channel while the reader is there.

TEST("pages come through the channel as they were read, each to whom it belongs") {
  const Pair pair = served();
  for (int round = 0; round < 20; ++round) {
    Results results(128);
    pair.client.submit(requests(128), ample, results);
    results.wait();
    for (std::size_t i = 0; i < 128; ++i) {
      CHECK(results.outcomes[i].verdict == Verdict::answered);
      CHECK(results.last_bytes[i] == static_cast<int>(i));
    }
  }
}

TEST("more devices than fit in a message, and their details, come through as well") {
  const Pair pair = served();
  Results results(protocol::max_devices + 8);
  pair.client.submit(requests(protocol::max_devices + 8, Query::statistics_with_io_sizes), ample, results);
  results.wait();
  for (const auto& outcome : results.outcomes) CHECK(outcome.verdict == Verdict::answered);
  for (const bool has : results.has_io_sizes) CHECK(has);
}

TEST("batches from many threads do not mix") {
  const Pair pair = served();
  std::vector<std::thread> threads;
  for (std::size_t size = 1; size <= 16; ++size) {
    threads.emplace_back([&, size] {
      Results results(size);
      pair.client.submit(requests(size), ample, results);
      results.wait();
      for (std::size_t i = 0; i < size; ++i) CHECK(results.last_bytes[i] == static_cast<int>(i));
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST("a drive that hangs costs its own outcome only") {
  auto asked = requests(3);
  asked[1].path = "/host/dev/nvme666n1";
  const auto verdicts_within = [&](Clock::duration timeout) {
    const Pair pair = served();
    Results results(3);
    pair.client.submit(asked, timeout, results);
    results.wait();
    return std::array{results.outcomes[0].verdict, results.outcomes[1].verdict, results.outcomes[2].verdict};
  };
  constexpr std::array expected{Verdict::answered, Verdict::no_answer, Verdict::answered};
  is_hanging = true;
  // On a machine that stands still no drive answers meanwhile.
  Clock::duration timeout = 100ms;
  while (verdicts_within(timeout) != expected) CHECK((timeout *= 2) < ample);
  is_hanging = false;
  is_hanging.notify_all();
}
