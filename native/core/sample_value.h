#pragma once

#include <cstddef>
#include <span>

namespace ebs_nvme {

/// `-0.0000012345678901234567`: no value takes more.
inline constexpr std::size_t max_sample_value_length = 25;

/// Spells a sample's value as pipeline/exporters/prometheus/numbers.ts does: `+Inf`, `-Inf`, and any other as
/// JavaScript does, in the fewest digits that read back as the same double. Gives the length.
[[nodiscard]] std::size_t spell_sample_value(double value,
                                             std::span<char, max_sample_value_length> into) noexcept;

}  // namespace ebs_nvme
