#include "core/device_node.h"

#include <fcntl.h>

#include <limits>

namespace ebs_nvme {
namespace {

double epoch_milliseconds(const statx_timestamp& at) noexcept {
  return static_cast<double>(at.tv_sec) * 1e3 + static_cast<double>(at.tv_nsec) / 1e6;
}

}  // namespace

struct statx describe_node(int fd) noexcept {
  struct statx node {};
  constexpr unsigned wanted = STATX_TYPE | STATX_INO | STATX_BTIME | STATX_CTIME;
  if (::statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, wanted, &node) != 0) return {};
  return node;
}

double born_at_ms(const struct statx& node) noexcept {
  if ((node.stx_mask & STATX_BTIME) == 0) return std::numeric_limits<double>::quiet_NaN();
  return epoch_milliseconds(node.stx_btime);
}

double attached_at_ms(const struct statx& node) noexcept {
  const unsigned known = node.stx_mask & (STATX_BTIME | STATX_CTIME);
  return known == STATX_CTIME ? epoch_milliseconds(node.stx_ctime) : born_at_ms(node);
}

bool leads_elsewhere(const struct statx& node, DeviceNumber expected) noexcept {
  if (expected == DeviceNumber{} || !S_ISBLK(node.stx_mode)) return false;
  return expected != DeviceNumber{.major = node.stx_rdev_major, .minor = node.stx_rdev_minor};
}

}  // namespace ebs_nvme
