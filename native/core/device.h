#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>

#include "core/device_node.h"
#include "core/nvme_command.h"
#include "core/outcome.h"
#include "core/record.h"

namespace ebs_nvme {

enum class Query : std::uint8_t {
  identify,
  statistics,
  /// And the latencies per I/O size, where the drive has them.
  statistics_with_io_sizes,
};

struct Request {
  /// The block device of the namespace, `/dev/nvme1n1`.
  std::string path;
  Query query = Query::statistics;
  /// Nothing is sent to a block device that has another one.
  DeviceNumber number = {};
};

/// One conversation with a device, and the memory that the drive answers into. Aligned so that the kernel
/// maps the buffer instead of copying through one of its own.
struct Exchange {
  Outcome outcome;
  /// The second half of `data` holds the detail per I/O size.
  bool has_io_sizes = false;
  alignas(transfer_bytes) std::array<std::byte, 2 * transfer_bytes> data;
  /// What an answered page of statistics says, in the fields from `field::kind` on.
  std::array<double, field::length_with_bands> record;

  [[nodiscard]] Transfer page() noexcept { return std::span(data).first<transfer_bytes>(); }
  [[nodiscard]] std::span<const std::byte, transfer_bytes> page() const noexcept {
    return std::span(data).first<transfer_bytes>();
  }
  [[nodiscard]] std::span<const std::byte> io_sizes() const noexcept {
    if (!has_io_sizes) return {};
    return std::span(data).subspan(transfer_bytes);
  }
};

/// Opens the device read-only, asks, closes it, decodes statistics. Blocks for as long as the drive takes.
void ask_device(const Request& request, Exchange& exchange) noexcept;

}  // namespace ebs_nvme
