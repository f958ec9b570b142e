#include "reader/sandbox.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>

#include "reader/privileges.h"

namespace ebs_nvme {
namespace {

/// No terminal, no pipe of anybody's: the channel is the way to the world.
Shortfall leave_streams() noexcept {
  const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (nowhere < 0) return {Confinement::descriptors, errno};
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::dup2(nowhere, stream) < 0) return {Confinement::descriptors, errno};
  }
  ::close(nowhere);
  return {};
}

/// No file can grow, no memory is written to a file, and nobody but root may look into it.
void leave_nothing_behind() noexcept {
  constexpr rlimit none{.rlim_cur = 0, .rlim_max = 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::setrlimit(RLIMIT_FSIZE, &none);
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

/// Root opens device nodes as their owner, whatever their group. Somebody else may be in it for that.
void leave_groups() noexcept {
  if (::geteuid() == 0) ::setgroups(0, nullptr);
}

}  // namespace

/// In this order: each step needs what a later one takes away.
Shortfall enter_sandbox(const std::string& dev_path, SystemCalls allowed, FileConfinement& files) noexcept {
  if (const auto shortfall = leave_streams()) return shortfall;
  if (const auto shortfall = forbid_new_privileges()) return shortfall;
  if (const auto shortfall = confine_to_directory(dev_path, files)) return shortfall;
  leave_nothing_behind();
  leave_groups();
  bound_capabilities(capability(CAP_SYS_ADMIN));
  if (const auto shortfall = keep_capabilities(capability(CAP_SYS_ADMIN))) return shortfall;
  return limit_system_calls(allowed);
}

}  // namespace ebs_nvme
