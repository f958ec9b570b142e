#include "reader/privileges.h"

#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace ebs_nvme {
namespace {

using CapabilityData = std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3>;

__user_cap_header_struct this_thread() noexcept {
  return {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
}

/// libcap is not worth a dependency for two system calls.
bool get_capabilities(CapabilityData& data) noexcept {
  auto header = this_thread();
  return ::syscall(SYS_capget, &header, data.data()) == 0;
}

bool set_capabilities(Capabilities kept) noexcept {
  CapabilityData data{};
  for (std::size_t i = 0; i < data.size(); ++i) {
    data[i].permitted = data[i].effective = static_cast<std::uint32_t>(kept >> (32 * i));
  }
  auto header = this_thread();
  return ::syscall(SYS_capset, &header, data.data()) == 0;
}

}  // namespace

bool has_capability(unsigned number) noexcept {
  CapabilityData data{};
  if (!get_capabilities(data)) return false;
  return (data[number / 32].effective & (1U << (number % 32))) != 0;
}

void bound_capabilities(Capabilities kept) noexcept {
  for (unsigned number = 0; number < 64; ++number) {
    if ((kept & capability(number)) != 0) continue;
    if (::prctl(PR_CAPBSET_DROP, number, 0, 0, 0) != 0 && errno == EINVAL) break;
  }
  constexpr unsigned long locked = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |
                                   SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED |
                                   SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;
  ::prctl(PR_SET_SECUREBITS, locked, 0, 0, 0);
}

Shortfall keep_capabilities(Capabilities kept) noexcept {
  // An older kernel without ambient capabilities has none to clear.
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  if (!set_capabilities(kept)) return {Confinement::capabilities, errno};
  return {};
}

Shortfall leave_user_and_groups(uid_t user, gid_t group) noexcept {
  if (!has_capability(CAP_SETGID)) return {};
  if (::setgroups(0, nullptr) != 0) return {Confinement::user, errno};
  if (::geteuid() != 0 || user == 0 || !has_capability(CAP_SETUID)) return {};
  if (::setresgid(group, group, group) != 0 || ::setresuid(user, user, user) != 0) {
    return {Confinement::user, errno};
  }
  return {};
}

Shortfall forbid_new_privileges() noexcept {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return {Confinement::no_new_privileges, errno};
  return {};
}

}  // namespace ebs_nvme
