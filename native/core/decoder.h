#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/nvme_command.h"

namespace ebs_nvme {

enum class VolumeKind : std::uint8_t { ebs, instance_store };

using PageBytes = std::span<const std::byte, transfer_bytes>;

[[nodiscard]] std::uint32_t magic_of(PageBytes page) noexcept;

/// Whether the log page goes on at offset 4096 with latencies per I/O size.
[[nodiscard]] bool announces_io_sizes(PageBytes page) noexcept;

/// Decodes a page, and the detail that follows it unless that is empty, into the fields of a record from
/// `kind` on. Any bytes give a sane result: lengths are clamped, bounds strictly increase and end in
/// infinity, and whatever the version, the fields known today are taken. `record` holds `field::length`
/// doubles, with detail `field::length_with_bands`. False, with nothing written, where the magic is neither
/// of Amazon's.
[[nodiscard]] bool decode_statistics(PageBytes page, std::span<const std::byte> detail,
                                     std::span<double> record) noexcept;

}  // namespace ebs_nvme
