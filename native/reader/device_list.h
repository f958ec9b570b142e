#pragma once

#include <vector>

#include "reader/protocol.h"

namespace ebs_nvme {

/// The nodes of NVMe namespaces in the working directory, at most `max_devices`; none where it cannot be
/// read.
[[nodiscard]] std::vector<protocol::ListedDevice> list_devices();

}  // namespace ebs_nvme
