#pragma once

#include <cstdint>
#include <string>

namespace ebs_nvme {

/// What a process does to give up what it does not need. The numbers are part of the protocol.
enum class Confinement : std::uint8_t {
  none,
  descriptors,
  directory,
  /// Neither chroot(2) nor Landlock keeps other files away.
  files,
  user,
  capabilities,
  no_new_privileges,
  system_calls,
  start,
};

/// What could not be given up, and the errno; `none` where all was.
struct [[nodiscard]] Shortfall {
  Confinement step = Confinement::none;
  int error = 0;

  explicit operator bool() const noexcept { return step != Confinement::none; }
};

/// For people.
[[nodiscard]] std::string explain(const Shortfall& shortfall);

}  // namespace ebs_nvme
