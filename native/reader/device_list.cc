#include "reader/device_list.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <string_view>

#include "core/file_descriptor.h"

namespace ebs_nvme {
namespace {

protocol::ListedDevice describe(const char* name) noexcept {
  struct statx node {};
  if (::statx(AT_FDCWD, name, AT_SYMLINK_NOFOLLOW | AT_STATX_DONT_SYNC, STATX_TYPE, &node) != 0) node = {};
  return {.name = protocol::to_name(name), .major = node.stx_rdev_major, .minor = node.stx_rdev_minor};
}

}  // namespace

std::vector<protocol::ListedDevice> list_devices() {
  std::vector<protocol::ListedDevice> devices;
  const FileDescriptor directory(::open(".", O_RDONLY | O_CLOEXEC | O_DIRECTORY));
  if (!directory.is_open()) return devices;
  // opendir(3) would take 32 KiB and calls that the filter need not know.
  alignas(dirent64) std::array<char, 4096> entries;
  for (;;) {
    const ssize_t length = ::getdents64(directory.get(), entries.data(), entries.size());
    if (length <= 0) return devices;
    for (std::size_t offset = 0; offset < static_cast<std::size_t>(length);) {
      const char* const entry = entries.data() + offset;
      unsigned short entry_bytes;
      std::memcpy(&entry_bytes, entry + offsetof(dirent64, d_reclen), sizeof(entry_bytes));
      const char* const name = entry + offsetof(dirent64, d_name);
      if (protocol::is_device_name(name)) {
        if (devices.size() == protocol::max_devices) return devices;
        devices.push_back(describe(name));
      }
      offset += entry_bytes;
    }
  }
}

}  // namespace ebs_nvme
