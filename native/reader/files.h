#pragma once

#include <string>

#include "reader/confinement.h"

namespace ebs_nvme {

/// What keeps a process in one directory.
struct FileConfinement {
  /// The version of the kernel's Landlock; 0 where there is none.
  int landlock_abi = 0;
  bool is_chrooted = false;
};

/// Makes `path` the working directory, the root, and all that can be opened, for reading only.
///
/// Two walls, because either may be missing: chroot(2) needs CAP_SYS_CHROOT, which a container may not give,
/// and stands only as long as the system calls that lead out of it are refused (see system_calls.h). Landlock
/// came with Linux 5.13 and may be switched off. Without either it fails.
Shortfall confine_to_directory(const std::string& path, FileConfinement& confinement) noexcept;

}  // namespace ebs_nvme
