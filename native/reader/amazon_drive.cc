#include "reader/amazon_drive.h"

#include <array>
#include <cstdint>
#include <mutex>
#include <unordered_set>

#include "core/device_node.h"
#include "core/nvme_command.h"

namespace ebs_nvme {
namespace {

constexpr std::uint16_t amazon_vendor_id = 0x1D0F;

/// What tells one attachment's node from another's, also where no birth time is kept: devtmpfs gives a new
/// node a new inode, and a change of the inode costs one Identify more.
struct NodeKey {
  std::uint64_t file_system;
  std::uint64_t inode;
  std::uint64_t number;
  double attached_at_ms;

  bool operator==(const NodeKey&) const = default;
};

struct HashOfNodeKey {
  std::size_t operator()(const NodeKey& key) const noexcept {
    return std::hash<std::uint64_t>()(key.inode * 0x9E37'79B9'7F4A'7C15U ^ key.number);
  }
};

constexpr std::uint64_t joined(std::uint32_t major, std::uint32_t minor) noexcept {
  return std::uint64_t{major} << 32 | minor;
}

NodeKey key_of(const struct statx& node) noexcept {
  return {
      .file_system = joined(node.stx_dev_major, node.stx_dev_minor),
      .inode = node.stx_ino,
      .number = joined(node.stx_rdev_major, node.stx_rdev_minor),
      .attached_at_ms = attached_at_ms(node),
  };
}

/// Attachments come and go for as long as a node runs: more than these are forgotten, and identified again.
constexpr std::size_t most_known = 1024;

struct KnownDrives {
  std::mutex mutex;
  std::unordered_set<NodeKey, HashOfNodeKey> amazon;
};

/// Never destroyed: threads of the pool may outlive main().
KnownDrives& known_drives() {
  static KnownDrives& known = *new KnownDrives;
  return known;
}

bool admit(int device, const struct statx& node, Exchange& exchange) noexcept {
  KnownDrives& known = known_drives();
  const NodeKey key = key_of(node);
  {
    const std::lock_guard lock(known.mutex);
    if (known.amazon.contains(key)) return true;
  }
  const CommandResult result = identify_controller(device, exchange.page());
  if (!result.ok()) {
    fail(exchange.outcome, result);
    return false;
  }
  if (!is_amazon(decode_identity(exchange.page()))) {
    exchange.outcome.verdict = Verdict::foreign_drive;
    return false;
  }
  const std::lock_guard lock(known.mutex);
  if (known.amazon.size() >= most_known) known.amazon.clear();
  known.amazon.insert(key);
  return true;
}

}  // namespace

bool is_amazon(const Identity& identity) noexcept {
  return identity.vendor_id == amazon_vendor_id && (identity.model == "Amazon Elastic Block Store" ||
                                                    identity.model == "Amazon EC2 NVMe Instance Storage");
}

void ask_amazon_drive(const Request& request, Exchange& exchange) noexcept {
  ask_device(request, exchange, admit);
}

}  // namespace ebs_nvme
