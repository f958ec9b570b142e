#include "core/folder.h"

#include <dirent.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <limits>
#include <memory>
#include <string_view>

namespace ebs_nvme {
namespace {

struct CloseFolder {
  void operator()(DIR* folder) const noexcept { ::closedir(folder); }
};

void append(std::string& listing, ino_t inode, std::string_view name) {
  std::array<char, std::numeric_limits<ino_t>::digits10 + 1> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), inode).ptr;
  listing.append(digits.data(), end).append(1, ' ').append(name).append(1, '\n');
}

}  // namespace

int list_folder(const char* path, std::string& listing) {
  const std::unique_ptr<DIR, CloseFolder> folder(::opendir(path));
  if (folder == nullptr) return errno;
  for (;;) {
    errno = 0;
    const dirent* const entry = ::readdir(folder.get());
    if (entry == nullptr) return errno;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") append(listing, entry->d_ino, name);
  }
}

}  // namespace ebs_nvme
