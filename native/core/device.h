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

/// Whether the device that was opened may be asked. Where it may not, says why in the outcome.
using Admission = bool (*)(int device, const struct statx& node, Exchange& exchange) noexcept;

/// Opens the device read-only, asks, closes it. Blocks for as long as the drive takes. The page stays as it
/// is.
void ask_device(const Request& request, Exchange& exchange, Admission admits) noexcept;

/// The same for whoever has seen to it that the drive may be asked; decodes statistics.
void ask_device(const Request& request, Exchange& exchange) noexcept;

/// Fills the record from an answered page of statistics. What is not Amazon's page is no answer.
void decode_answer(Exchange& exchange) noexcept;

/// What becomes of a failure of the drive or of the way to it.
void fail(Outcome& outcome, const CommandResult& result) noexcept;

}  // namespace ebs_nvme
