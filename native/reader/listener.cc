#include "reader/listener.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <vector>

#include "core/file_descriptor.h"
#include "reader/channel.h"
#include "reader/exit_code.h"
#include "reader/files.h"
#include "reader/keeper.h"
#include "reader/sandbox.h"
#include "reader/socket.h"
#include "reader/system_calls.h"

namespace ebs_nvme {
namespace {

/// The collector, those before it whose last command to a drive is outstanding, and commands that look at
/// volumes.
constexpr std::size_t max_collectors = 8;

volatile std::sig_atomic_t is_ending = 0;

void on_end(int) {
  is_ending = 1;
}

/// There to interrupt a wait.
void on_child(int) {}

/// Signals come while we wait and at no other time, so that none comes between looking and waiting. Processes
/// that are started from here inherit it: to them they never come, and they end with their collector.
sigset_t take_signals() noexcept {
  sigset_t ours;
  sigset_t before;
  ::sigemptyset(&ours);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGCHLD}) ::sigaddset(&ours, signal);
  ::sigprocmask(SIG_BLOCK, &ours, &before);
  struct sigaction action {};
  action.sa_handler = on_end;
  for (const int signal : {SIGTERM, SIGINT}) ::sigaction(signal, &action, nullptr);
  action.sa_handler = on_child;
  for (const int signal : {SIGHUP, SIGCHLD}) ::sigaction(signal, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGCHLD}) ::sigdelset(&before, signal);
  return before;
}

/// As process 1 of a container it is also parent to whom others left behind.
void bury_ended(std::vector<pid_t>& keepers) noexcept {
  for (pid_t ended = 0; (ended = ::waitpid(-1, nullptr, WNOHANG)) > 0;) std::erase(keepers, ended);
}

/// Null where there is none, or no process for him.
pid_t take_collector(int listener, const FileConfinement& files) {
  const FileDescriptor connection(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
  if (!connection.is_open()) return 0;
  const pid_t keeper = ::fork();
  if (keeper == 0) {
    ::close(listener);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    ::_exit(keep_confined_reader(Channel(connection.get()), files));
  }
  return std::max(keeper, 0);
}

int serve_collectors(int listener, const FileConfinement& files, const sigset_t& while_waiting) {
  std::vector<pid_t> keepers;
  for (;;) {
    bury_ended(keepers);
    if (is_ending != 0 && keepers.empty()) return exit_code::done;
    const bool is_open = is_ending == 0 && keepers.size() < max_collectors;
    pollfd asked{.fd = is_open ? listener : -1, .events = POLLIN, .revents = 0};
    if (::ppoll(&asked, 1, nullptr, &while_waiting) <= 0 || asked.revents == 0) continue;
    if (const pid_t keeper = take_collector(listener, files); keeper != 0) keepers.push_back(keeper);
  }
}

int fail(int stream, const std::string& why) {
  ::dprintf(stream, "ebs-nvme-reader: %s\n", why.c_str());
  return exit_code::could_not;
}

}  // namespace

int listen_for_collectors(const Listen& options) {
  const sigset_t while_waiting = take_signals();
  ::prctl(PR_SET_NAME, "ebs-nvme-listen", 0, 0, 0);
#if defined(SYS_close_range)
  // Linux 5.9. What whoever started it had open is none of a collector's.
  ::syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, 0);
#endif
  const FileDescriptor listener = listen_at(options.socket_path, options.user, options.group);
  if (!listener.is_open()) {
    return fail(STDERR_FILENO, "cannot listen at " + options.socket_path + ": " + std::strerror(errno));
  }

  FileConfinement files;
  {
    // The sandbox closes the streams, and whoever started it is to know why there is no reader.
    const FileDescriptor log(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3));
    if (const auto shortfall = enter_sandbox(options.dev_path, SystemCalls::listener, files)) {
      return fail(log.get(), explain(shortfall));
    }
  }
  return serve_collectors(listener.get(), files, while_waiting);
}

}  // namespace ebs_nvme
