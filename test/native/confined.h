#pragma once

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <new>
#include <optional>

#include "check.h"
#include "reader/system_calls.h"

/// What became of an attempt in a process of its own.
struct Attempt {
  /// Of the attempt, where it was made: 0, or its errno.
  std::optional<int> error;
  /// Of the system call, where it was refused.
  std::optional<long> refused_call;

  bool operator==(const Attempt&) const = default;
};

inline Attempt failed_with(int error) {
  return {.error = error, .refused_call = {}};
}
inline Attempt refused(long call) {
  return {.error = {}, .refused_call = call};
}

/// Makes an attempt in a child that has confined itself. `attempt` gives 0 or an errno.
template <typename Confine, typename Body>
Attempt in_child(Confine confine, Body attempt) {
  using Word = std::atomic<std::uint32_t>;
  void* const page = ::mmap(nullptr, sizeof(Word), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  CHECK(page != MAP_FAILED);
  Word& call = *new (page) Word(0);
  const pid_t child = ::fork();
  CHECK(child >= 0);
  if (child == 0) {
    ebs_nvme::note_refused_calls_in(call);
    if (!confine()) ::_exit(200);
    ::_exit(attempt());
  }
  int status = 0;
  CHECK(::waitpid(child, &status, 0) == child);
  const std::uint32_t noted = call.load();
  ::munmap(page, sizeof(Word));
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) != 200);
  if (WEXITSTATUS(status) == ebs_nvme::exit_refused) {
    CHECK(noted > 0);
    return refused(static_cast<long>(noted) - 1);
  }
  return failed_with(WEXITSTATUS(status));
}
