#pragma once

#include <sys/types.h>

#include <cstdint>

#include "reader/confinement.h"

namespace ebs_nvme {

/// A set of capabilities, a bit each.
using Capabilities = std::uint64_t;
[[nodiscard]] constexpr Capabilities capability(unsigned number) noexcept {
  return Capabilities{1} << number;
}

/// Whether this thread may use the capability now.
[[nodiscard]] bool has_capability(unsigned number) noexcept;

/// Nothing that is started from here on gets other capabilities than `kept`, not as root either. Those that
/// this thread has now it keeps. Takes CAP_SETPCAP; without it the bounding set stays, and nothing can be
/// gained from it once new privileges are forbidden.
void bound_capabilities(Capabilities kept) noexcept;

/// Leaves this thread with these capabilities, permitted and effective; none is inheritable or ambient.
Shortfall keep_capabilities(Capabilities kept) noexcept;

/// From root to somebody else; not root is left as it is. Either is in no group but one then: that of device
/// nodes, which the reader may need, would let this process open them too. A process that may not change its
/// groups (no CAP_SETGID) keeps them. One that may not change its user (no CAP_SETUID) stays root: without
/// capabilities root owns root's files and nothing more.
Shortfall leave_user_and_groups(uid_t user, gid_t group) noexcept;

/// Programs that are started from here on get no privilege that this thread has not.
Shortfall forbid_new_privileges() noexcept;

}  // namespace ebs_nvme
