#include "core/nvme_command.h"

#include <linux/nvme_ioctl.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cerrno>

namespace ebs_nvme {
namespace {

static_assert(sizeof(nvme_passthru_cmd) == 72);
static_assert(offsetof(nvme_passthru_cmd, addr) == 24);
static_assert(offsetof(nvme_passthru_cmd, cdw10) == 40);
static_assert(offsetof(nvme_passthru_cmd, timeout_ms) == 64);
static_assert(NVME_IOCTL_ADMIN_CMD == 0xC0484E41);

constexpr std::uint8_t opcode_get_log_page = 0x02;
constexpr std::uint8_t opcode_identify = 0x06;
constexpr std::uint32_t cns_controller = 1;
constexpr std::uint32_t statistics_log_id = 0xD0;
constexpr std::uint32_t statistics_nsid = 1;
// NVMe counts the dwords of a log page from zero.
constexpr std::uint32_t transfer_dwords_zero_based = transfer_bytes / sizeof(std::uint32_t) - 1;
static_assert(transfer_dwords_zero_based == 1023);

/// How long the kernel waits for the drive. Long on purpose, and never the reader's deadline: when a command
/// on the admin queue times out, nvme_timeout() in Linux's drivers/nvme/host/pci.c does not abort the command
/// but disables and resets the controller ("or if this is the admin queue"), which stalls the volume's I/O. A
/// monitor must not do that to the volume it watches, so giving up early is only ours (see ReaderPool). 60 s
/// is the driver's own default (nvme_core.admin_timeout), said here because that default can be set lower.
constexpr std::uint32_t kernel_timeout_ms = 60'000;

CommandResult submit(int fd, nvme_passthru_cmd command, Transfer data) noexcept {
  // The buffer is used again and again: no drive may seem to say what another one said.
  std::ranges::fill(data, std::byte{0});
  command.addr = reinterpret_cast<std::uintptr_t>(data.data());
  command.data_len = transfer_bytes;
  command.timeout_ms = kernel_timeout_ms;
  const int result = ::ioctl(fd, NVME_IOCTL_ADMIN_CMD, &command);
  if (result < 0) return {.error = errno};
  return {.status = static_cast<std::uint32_t>(result)};
}

}  // namespace

CommandResult identify_controller(int fd, Transfer data) noexcept {
  nvme_passthru_cmd command{};
  command.opcode = opcode_identify;
  command.cdw10 = cns_controller;
  return submit(fd, command, data);
}

CommandResult get_statistics_page(int fd, std::uint32_t offset_bytes, Transfer data) noexcept {
  nvme_passthru_cmd command{};
  command.opcode = opcode_get_log_page;
  command.nsid = statistics_nsid;
  command.cdw10 = statistics_log_id | (transfer_dwords_zero_based << 16);
  command.cdw12 = offset_bytes;
  return submit(fd, command, data);
}

}  // namespace ebs_nvme
