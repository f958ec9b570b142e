#include "core/device_node.h"

#include <cmath>

#include "check.h"

using namespace ebs_nvme;

namespace {

constexpr DeviceNumber nvme{.major = 259, .minor = 3};

struct statx node_of(mode_t type, DeviceNumber number) {
  struct statx node {};
  node.stx_mask = STATX_TYPE;
  node.stx_mode = static_cast<std::uint16_t>(type | 0600);
  node.stx_rdev_major = number.major;
  node.stx_rdev_minor = number.minor;
  return node;
}

struct statx node_with_times(unsigned mask) {
  struct statx node {};
  node.stx_mask = mask;
  node.stx_btime.tv_sec = 1000;
  node.stx_btime.tv_nsec = 500'000;
  node.stx_ctime.tv_sec = 2000;
  return node;
}

}  // namespace

TEST("a block device's node leads elsewhere when either part of its number differs") {
  CHECK(!leads_elsewhere(node_of(S_IFBLK, nvme), nvme));
  CHECK(leads_elsewhere(node_of(S_IFBLK, {.major = 259, .minor = 4}), nvme));
  CHECK(leads_elsewhere(node_of(S_IFBLK, {.major = 7, .minor = 3}), nvme));
}

TEST("a node leads nowhere else where no number is expected, or it is no block device") {
  CHECK(!leads_elsewhere(node_of(S_IFBLK, nvme), {}));
  CHECK(!leads_elsewhere(node_of(S_IFREG, {}), nvme));
  CHECK(!leads_elsewhere(node_of(S_IFCHR, {.major = 1, .minor = 3}), nvme));
  CHECK(!leads_elsewhere({}, nvme));
}

TEST("a node was attached when it was born, and changed last where births are not kept") {
  const auto both = node_with_times(STATX_BTIME | STATX_CTIME);
  CHECK(born_at_ms(both) == 1'000'000.5);
  CHECK(attached_at_ms(both) == 1'000'000.5);
  CHECK(attached_at_ms(node_with_times(STATX_CTIME)) == 2'000'000);
}

TEST("a change of the inode is no birth") {
  CHECK(std::isnan(born_at_ms(node_with_times(STATX_CTIME))));
  CHECK(std::isnan(born_at_ms({})));
  CHECK(std::isnan(attached_at_ms({})));
}
