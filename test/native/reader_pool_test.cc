#include <atomic>
#include <random>
#include <thread>
#include <vector>

#include "pool_of_drives.h"

TEST("every device of a batch is reported once") {
  ReaderPool& pool = new_pool();
  for (int round = 0; round < 50; ++round) {
    CHECK(count(read(pool, requests(0, 128), ample), Verdict::answered) == 128);
  }
}

TEST("the same requests serve batch after batch, and batches at once") {
  ReaderPool& pool = new_pool();
  const auto list = requests(0, 16);
  Results first(16);
  Results second(16);
  pool.submit(list, ample, first);
  pool.submit(list, ample, second);
  CHECK(count(first.wait(), Verdict::answered) == 16);
  CHECK(count(second.wait(), Verdict::answered) == 16);
  CHECK(count(read(pool, list, ample), Verdict::answered) == 16);
}

TEST("requests that nobody keeps serve a command to its end") {
  ReaderPool& pool = new_pool();
  drives->hang("nvme0");
  CHECK(read_to_the_deadline(pool, requests(0, 1))[0] == Verdict::no_answer);
  CHECK(read(pool, requests(0, 1), ample)[0] == Verdict::outstanding);
  drives->release_all();
  drives->await_asking(0);
  while (read(pool, requests(0, 1), ample)[0] != Verdict::answered) std::this_thread::yield();
}

TEST("a device that hangs costs its own outcome, and is not asked again before it is back") {
  const auto [pool, first] = read_while_some_hang(8, 3, 1);
  CHECK(count(first, Verdict::answered) == 7);
  CHECK(first[3] == Verdict::no_answer);

  const auto second = read(pool, requests(0, 8), ample);
  CHECK(count(second, Verdict::answered) == 7);
  CHECK(second[3] == Verdict::outstanding);

  drives->release_all();
  drives->await_asking(0);
  while (read(pool, requests(3, 1), ample)[0] != Verdict::answered) std::this_thread::yield();
}

TEST("64 hanging devices keep none of the other 64 from being read, with no more threads than that takes") {
  const auto [pool, verdicts] = read_while_some_hang(128, 0, 64);
  CHECK(count(verdicts, Verdict::answered) == 64);
  CHECK(count(verdicts, Verdict::no_answer) == 64);
  CHECK(drives->most_at_once() <= 64 + 8);
  drives->release_all();
}

TEST("drives that take their time are read side by side") {
  ReaderPool& pool = new_pool();
  // Less than what counts as standing still.
  drives->take(500us);
  // Who calls a second thread may come late.
  for (int round = 0; round < 100 && drives->most_at_once() <= 1; ++round) {
    CHECK(count(read(pool, requests(0, 128), ample), Verdict::answered) == 128);
  }
  CHECK(drives->most_at_once() > 1);
}

TEST("two calls at once for one device are both answered, one after the other") {
  ReaderPool& pool = new_pool();
  drives->hang("nvme0");
  Results first(1);
  Results second(2);
  pool.submit(requests(0, 1), ample, first);
  drives->await_asking(1);
  pool.submit(requests(0, 2), ample, second);
  drives->release_all();
  CHECK(count(first.wait(), Verdict::answered) == 1);
  CHECK(count(second.wait(), Verdict::answered) == 2);
}

TEST("a call that waits behind another's command gives up with it") {
  ReaderPool& pool = new_pool();
  drives->hang("nvme0");
  Results first(1);
  Results second(1);
  pool.submit(requests(0, 1), 5s, first);
  drives->await_asking(1);
  pool.submit(requests(0, 1), ample, second);
  CHECK(first.wait()[0] == Verdict::no_answer);
  CHECK(second.wait()[0] == Verdict::outstanding);
  drives->release_all();
}

TEST("a call that waits behind another's command keeps its own deadline") {
  ReaderPool& pool = new_pool();
  drives->hang("nvme0");
  Results first(1);
  pool.submit(requests(0, 1), ample, first);
  drives->await_asking(1);
  CHECK(read_to_the_deadline(pool, requests(0, 1))[0] == Verdict::outstanding);
  drives->release_all();
  CHECK(first.wait()[0] == Verdict::answered);
}

TEST("a cancelled batch is not reported to, though its commands end later") {
  ReaderPool& pool = new_pool();
  drives->hang("nvme0");
  {
    Results results(1);
    const auto batch = pool.submit(requests(0, 1), ample, results);
    drives->await_asking(1);
    pool.cancel(batch);
  }
  drives->release_all();
  drives->await_asking(0);
  CHECK(read(pool, requests(0, 1), ample)[0] == Verdict::answered);
}

TEST("callers on many threads with devices that come and go are each served") {
  ReaderPool& pool = new_pool();
  std::atomic<bool> over = false;
  std::thread trouble([&] {
    std::mt19937 random(7);
    while (!over) {
      drives->hang("nvme" + std::to_string(random() % 16));
      std::this_thread::sleep_for(1ms);
      if (random() % 4 == 0) drives->release_all();
    }
    drives->release_all();
  });
  std::vector<std::thread> callers;
  for (unsigned seed = 0; seed < 4; ++seed) {
    callers.emplace_back([&pool, seed] {
      std::mt19937 random(seed);
      for (int round = 0; round < 60; ++round) {
        Results results(16);
        const auto batch = pool.submit(requests(0, 16), std::chrono::milliseconds(1 + random() % 8), results);
        if (random() % 5 == 0) {
          pool.cancel(batch);
        } else {
          results.wait();
        }
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  over = true;
  trouble.join();
  drives->await_asking(0);
  CHECK(count(read(pool, requests(100, 16), ample), Verdict::answered) == 16);
}
