#pragma once

#include <sys/types.h>

#include <string>

namespace ebs_nvme {

struct Launch {
  uid_t user = 65532;
  gid_t group = 65532;
  /// Where drives are to be read. Without, privileges are given up all the same.
  bool with_reader = true;
  /// The program, its arguments, and a null pointer.
  char** command = nullptr;
};

/// Where the program finds the number of its descriptor of the channel; `none` where there is no reader.
inline constexpr const char* channel_variable = "EBS_NVME_READER_FD";

/// Starts a keeper with the privileges that this process has, where one is wanted, gives all of them up, and
/// becomes the program. Comes back only where that cannot be, with what to say.
/// A process without CAP_SYS_ADMIN only becomes the program.
[[nodiscard]] std::string launch(const Launch& options);

}  // namespace ebs_nvme
