#pragma once

#include <string>

namespace ebs_nvme {

/// Appends a line for each entry of a folder, the number of its inode and its name: `4711 nvme0`. In the
/// order of the file system.
/// 0, or the errno of what failed.
[[nodiscard]] int list_folder(const char* path, std::string& listing);

}  // namespace ebs_nvme
