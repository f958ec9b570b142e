#include "reader/confinement.h"

#include <cstring>

namespace ebs_nvme {

std::string explain(const Shortfall& shortfall) {
  const std::string reason = std::strerror(shortfall.error);
  switch (shortfall.step) {
    case Confinement::directory:
      return "cannot enter the folder of the device nodes: " + reason;
    case Confinement::files:
      return "cannot be kept away from other files: " + reason +
             " (it needs CAP_SYS_CHROOT, or a kernel with Landlock)";
    case Confinement::user:
      return "cannot leave root: " + reason;
    case Confinement::capabilities:
      return "cannot give up capabilities: " + reason;
    case Confinement::no_new_privileges:
      return "cannot forbid new privileges: " + reason;
    case Confinement::system_calls:
      return "its system calls cannot be limited: " + reason + " (the kernel needs seccomp filters)";
    default:
      return "cannot give up its privileges: " + reason;
  }
}

}  // namespace ebs_nvme
