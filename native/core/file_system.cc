#include "core/file_system.h"

#include <sys/vfs.h>

#include <cerrno>

namespace ebs_nvme {

int read_file_system(const char* path, FileSystemUsage& usage) noexcept {
  struct statfs answer {};
  int result = 0;
  do {
    result = ::statfs(path, &answer);
  } while (result != 0 && errno == EINTR);
  if (result != 0) return errno;
  // Blocks are counted in fragments where the file system has them.
  const auto unit = answer.f_frsize > 0 ? answer.f_frsize : answer.f_bsize;
  usage = {
      .block_bytes = static_cast<std::uint64_t>(unit),
      .blocks = answer.f_blocks,
      .free_blocks = answer.f_bfree,
      .available_blocks = answer.f_bavail,
      .inodes = answer.f_files,
      .free_inodes = answer.f_ffree,
  };
  return 0;
}

}  // namespace ebs_nvme
