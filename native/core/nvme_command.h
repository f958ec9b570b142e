#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace ebs_nvme {

/// What one Identify or one Get Log Page of ours transfers.
inline constexpr std::size_t transfer_bytes = 4096;
using Transfer = std::span<std::byte, transfer_bytes>;

struct CommandResult {
  /// What ioctl(2) failed with; 0 when the drive answered.
  int error = 0;
  /// The status field of the completion, without the phase bit; 0 is success.
  std::uint32_t status = 0;

  [[nodiscard]] bool ok() const noexcept { return error == 0 && status == 0; }
};

/// Identify Controller. Needs no capability.
[[nodiscard]] CommandResult identify_controller(int fd, Transfer data) noexcept;

/// Amazon's statistics page (log page 0xD0) from `offset_bytes` on. Needs CAP_SYS_ADMIN, else EACCES.
/// Not for drives of others: an unknown log page grows their error log.
[[nodiscard]] CommandResult get_statistics_page(int fd, std::uint32_t offset_bytes, Transfer data) noexcept;

}  // namespace ebs_nvme
