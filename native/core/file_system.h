#pragma once

#include <cstdint>

namespace ebs_nvme {

/// What statfs(2) says of a mounted file system.
struct FileSystemUsage {
  std::uint64_t block_bytes = 0;
  std::uint64_t blocks = 0;
  std::uint64_t free_blocks = 0;
  /// Free for those who are not root.
  std::uint64_t available_blocks = 0;
  /// 0 where the file system makes inodes as it needs them.
  std::uint64_t inodes = 0;
  std::uint64_t free_inodes = 0;
};

/// Blocks for as long as the file system takes, which may be for ever. 0, or an errno.
[[nodiscard]] int read_file_system(const char* path, FileSystemUsage& usage) noexcept;

}  // namespace ebs_nvme
