#pragma once

#include <sys/stat.h>

#include <cstdint>

namespace ebs_nvme {

/// What the kernel calls a device by. 0:0, which it gives to no disk, stands for a number that is not known.
struct DeviceNumber {
  std::uint32_t major = 0;
  std::uint32_t minor = 0;

  bool operator==(const DeviceNumber&) const = default;
};

/// What of an opened file is of interest; all zero where the system does not tell.
[[nodiscard]] struct statx describe_node(int fd) noexcept;

/// When the node was made, ms since the epoch; NaN where its file system keeps no birth times.
[[nodiscard]] double born_at_ms(const struct statx& node) noexcept;

/// The birth, which is the kernel's doing at attachment. Where /dev keeps no birth times (devtmpfs of older
/// kernels) the last change of the inode, which udev makes moments later.
[[nodiscard]] double attached_at_ms(const struct statx& node) noexcept;

/// Whether a block device's node leads to another device than expected. Numbers are handed out anew, and a
/// /dev that the kernel does not keep has nodes of drives that are gone.
[[nodiscard]] bool leads_elsewhere(const struct statx& node, DeviceNumber expected) noexcept;

}  // namespace ebs_nvme
