#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "core/nvme_command.h"

namespace ebs_nvme {

/// What a controller says of itself.
struct Identity {
  std::uint16_t vendor_id = 0;
  std::string serial;
  std::string model;
  std::string firmware;
  /// The name the volume was attached under: `sdf`, `xvdb`, `ephemeral0:sdb`; without `/dev/`. Empty on other
  /// drives.
  std::string block_device_mapping;
};

[[nodiscard]] Identity decode_identity(std::span<const std::byte, transfer_bytes> bytes);

}  // namespace ebs_nvme
