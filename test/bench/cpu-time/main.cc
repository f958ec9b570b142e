// CPU time of other processes so far, in nanoseconds and all together, those of their threads that have ended
// included. /proc has that in steps of 10 ms only, and by nanoseconds what threads have that are still there.
//
//   cpu-time PID...

#include <sys/types.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>

int main(int argc, char** argv) {
  if (argc < 2) return std::fputs("usage: cpu-time PID...\n", stderr), 2;
  long long nanoseconds = 0;
  for (int i = 1; i < argc; ++i) {
    clockid_t clock{};
    timespec time{};
    const auto pid = static_cast<pid_t>(std::strtol(argv[i], nullptr, 10));
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &time) != 0) {
      return std::fprintf(stderr, "cpu-time: there is no process %s\n", argv[i]), 1;
    }
    nanoseconds += static_cast<long long>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
  }
  std::printf("%lld\n", nanoseconds);
}
