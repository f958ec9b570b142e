#include "reader/launch.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "reader/exit_code.h"
#include "reader/privileges.h"

namespace ebs_nvme {
namespace {

constexpr int keepers_channel = 3;

std::string failure(const char* what) {
  return std::string(what) + ": " + std::strerror(errno);
}

/// Becomes a keeper: this program anew, so that nothing of its memory is the collector's, its environment
/// with the keys to backends least of all.
[[noreturn]] void become_keeper(int channel) noexcept {
  // The flag that closes it would stay on a descriptor that is duplicated to itself.
  if (channel == keepers_channel) {
    ::fcntl(channel, F_SETFD, 0);
  } else if (::dup2(channel, keepers_channel) < 0) {
    ::_exit(exit_code::could_not);
  }
#if defined(SYS_close_range)
  // Linux 5.9. Before, what is open was opened by whom started the collector.
  ::syscall(SYS_close_range, keepers_channel + 1, ~0U, 0);
#endif
  std::array arguments{const_cast<char*>("ebs-nvme-reader"), const_cast<char*>("keep"),
                       static_cast<char*>(nullptr)};
  std::array<char*, 1> environment{};
  ::execve("/proc/self/exe", arguments.data(), environment.data());
  ::_exit(exit_code::could_not);
}

/// Comes back only where the program cannot be started.
std::string become(char** command) {
  ::execvp(command[0], command);
  return failure((std::string("cannot start ") + command[0]).c_str());
}

Shortfall give_up_privileges(const Launch& options) noexcept {
  if (const auto shortfall = forbid_new_privileges()) return shortfall;
  bound_capabilities(0);
  // Takes capabilities, so before they go.
  if (const auto shortfall = leave_user_and_groups(options.user, options.group)) return shortfall;
  return keep_capabilities(0);
}

}  // namespace

std::string launch(const Launch& options) {
  // There is nothing to separate, and the program is as good on its own.
  if (!has_capability(CAP_SYS_ADMIN)) return become(options.command);

  std::string channel = "none";
  if (options.with_reader) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
      return failure("cannot make a channel to the reader");
    }
    const auto [ours, keepers] = ends;
    const pid_t keeper = ::fork();
    if (keeper < 0) return failure("cannot start the reader");
    if (keeper == 0) become_keeper(keepers);
    ::close(keepers);
    if (::fcntl(ours, F_SETFD, 0) != 0) return failure("cannot pass on the channel to the reader");
    channel = std::to_string(ours);
  }
  if (const auto shortfall = give_up_privileges(options)) return explain(shortfall);
  ::setenv(channel_variable, channel.c_str(), 1);
  return become(options.command);
}

}  // namespace ebs_nvme
