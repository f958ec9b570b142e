#pragma once

#include <sys/types.h>

#include <string>

namespace ebs_nvme {

struct Listen {
  /// Where collectors find the reader.
  std::string socket_path{};
  /// The folder of the device nodes. What a collector says of it does not count.
  std::string dev_path = "/dev";
  /// Who may connect.
  uid_t user = 65532;
  gid_t group = 65532;
};

/// Keeps a reader for each collector that connects, until SIGTERM, and then as long as a collector is there:
/// it reads once more before it ends. Confines itself before it takes the first one. The process's exit code.
[[nodiscard]] int listen_for_collectors(const Listen& options);

}  // namespace ebs_nvme
