#include "reader/files.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

#include "core/file_descriptor.h"
#include "reader/privileges.h"

namespace ebs_nvme {
namespace {

/// Headers of the machine that builds may know less than the kernel that runs: the struct as Linux 6.12 has
/// it. A kernel takes as much of it as it knows.
struct LandlockRuleset {
  std::uint64_t files;
  std::uint64_t network;
  std::uint64_t scoped;
};

struct LandlockVersion {
  int abi;
  /// How many rights on files, networks and scopes there are; all of them are bits from 0 on.
  unsigned files;
  unsigned network;
  unsigned scoped;
};

/// From Documentation/userspace-api/landlock.rst, the newest first.
constexpr LandlockVersion versions[] = {
    {6, 16, 2, 2}, {5, 16, 2, 0}, {4, 15, 2, 0}, {3, 15, 0, 0}, {2, 14, 0, 0}, {1, 13, 0, 0},
};

constexpr std::uint64_t landlock_ioctl_device = 1U << 15;  // since ABI 5

constexpr std::uint64_t bits(unsigned count) noexcept {
  return (std::uint64_t{1} << count) - 1;
}

std::size_t ruleset_bytes(const LandlockVersion& version) noexcept {
  if (version.scoped > 0) return sizeof(LandlockRuleset);
  return version.network > 0 ? offsetof(LandlockRuleset, scoped) : offsetof(LandlockRuleset, network);
}

/// Everything that this kernel's Landlock can deny is denied, but to read in one directory.
bool restrict_files(int directory, const LandlockVersion& version) noexcept {
  const LandlockRuleset rules{bits(version.files), bits(version.network), bits(version.scoped)};
  const FileDescriptor ruleset(
      static_cast<int>(::syscall(SYS_landlock_create_ruleset, &rules, ruleset_bytes(version), 0)));
  if (!ruleset.is_open()) return false;
  landlock_path_beneath_attr beneath{};
  beneath.allowed_access =
      (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR | landlock_ioctl_device) & rules.files;
  beneath.parent_fd = directory;
  return ::syscall(SYS_landlock_add_rule, ruleset.get(), LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) == 0 &&
         ::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) == 0;
}

/// The ABI that is in force now, or 0. Needs no_new_privs, or CAP_SYS_ADMIN.
int landlock(int directory) noexcept {
  const long abi = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  for (const LandlockVersion& version : versions) {
    if (abi >= version.abi) return restrict_files(directory, version) ? static_cast<int>(abi) : 0;
  }
  return 0;
}

}  // namespace

Shortfall confine_to_directory(const std::string& path, FileConfinement& confinement) noexcept {
  const FileDescriptor directory(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory.is_open() || ::fchdir(directory.get()) != 0) return {Confinement::directory, errno};
  confinement.is_chrooted = ::chroot(".") == 0;
  const int error = errno;
  confinement.landlock_abi = landlock(directory.get());
  if (!confinement.is_chrooted && confinement.landlock_abi == 0) return {Confinement::files, error};
  return {};
}

}  // namespace ebs_nvme
