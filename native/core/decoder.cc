#include "core/decoder.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "core/record.h"
#include "core/statistics_page.h"

namespace ebs_nvme {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Where each entry of a table on the page went, after entries that bring no new upper bound joined the one
/// before.
template <std::size_t Max>
struct Merged {
  std::size_t entries = 0;
  std::size_t length = 0;
  std::array<std::size_t, Max> target{};
};

/// Writes strictly increasing bounds, the last one infinite. Compares them as the doubles that they become:
/// beyond 2^53 neighbours may be equal there.
template <std::size_t Max, typename Upper>
Merged<Max> merge_bounds(std::uint64_t used, Upper upper, std::span<double> bounds) noexcept {
  Merged<Max> merged;
  merged.entries = static_cast<std::size_t>(std::min<std::uint64_t>(used, Max));
  for (std::size_t i = 0; i < merged.entries; ++i) {
    const auto bound = static_cast<double>(upper(i));
    if (merged.length == 0 || bound > bounds[merged.length - 1]) bounds[merged.length++] = bound;
    merged.target[i] = merged.length - 1;
  }
  if (merged.length > 0) bounds[merged.length - 1] = infinity;
  return merged;
}

using MergedBins = Merged<max_bins>;

MergedBins decode_histogram(const LatencyHistogram& histogram, std::span<double> bounds,
                            std::span<double> counts) noexcept {
  const auto upper = [&](std::size_t i) { return histogram.bins[i].upper_micros; };
  const MergedBins bins = merge_bounds<max_bins>(histogram.bins_used, upper, bounds);
  std::ranges::fill(counts.first(bins.length), 0.0);
  for (std::size_t i = 0; i < bins.entries; ++i) counts[bins.target[i]] += histogram.bins[i].count;
  return bins;
}

void add_band(const std::array<std::uint64_t, band_bins>& band, const MergedBins& bins,
              std::span<double> counts) noexcept {
  const std::size_t entries = std::min(bins.entries, band_bins);
  for (std::size_t i = 0; i < entries; ++i) counts[bins.target[i]] += static_cast<double>(band[i]);
}

void decode_bands(const StatisticsPage& page, const IoSizeDetail& detail, const MergedBins& read_bins,
                  const MergedBins& write_bins, std::span<double> record) noexcept {
  const auto upper = [&](std::size_t i) { return page.band_upper_sizes[i]; };
  const auto bands =
      merge_bounds<max_bands>(page.bands_used, upper, record.subspan(field::band_upper_sizes, max_bands));
  record[field::bands] = static_cast<double>(bands.length);
  const auto reads = record.subspan(field::band_read_counts, max_bands * max_bins);
  const auto writes = record.subspan(field::band_write_counts, max_bands * max_bins);
  std::ranges::fill(reads.first(bands.length * max_bins), 0.0);
  std::ranges::fill(writes.first(bands.length * max_bins), 0.0);
  for (std::size_t i = 0; i < bands.entries; ++i) {
    const std::size_t row = bands.target[i] * max_bins;
    add_band(detail.bands[i].read_counts, read_bins, reads.subspan(row, max_bins));
    add_band(detail.bands[i].write_counts, write_bins, writes.subspan(row, max_bins));
  }
}

template <typename Layout>
Layout load(std::span<const std::byte, sizeof(Layout)> bytes) noexcept {
  Layout layout;
  std::memcpy(&layout, bytes.data(), sizeof(Layout));
  return layout;
}

bool has_io_sizes(const StatisticsPage& page) noexcept {
  return page.magic == instance_store_magic && page.version >= 1 && page.bands_used > 0;
}

}  // namespace

std::uint32_t magic_of(PageBytes page) noexcept {
  return load<std::uint32_t>(page.first<sizeof(std::uint32_t)>());
}

bool announces_io_sizes(PageBytes page) noexcept {
  return has_io_sizes(load<StatisticsPage>(page));
}

bool decode_statistics(PageBytes bytes, std::span<const std::byte> detail,
                       std::span<double> record) noexcept {
  const auto page = load<StatisticsPage>(bytes);
  if (page.magic != ebs_magic && page.magic != instance_store_magic) return false;
  const bool is_ebs = page.magic == ebs_magic;

  const auto put = [&](field::Index at, std::uint64_t value) { record[at] = static_cast<double>(value); };
  put(field::kind, static_cast<std::uint64_t>(is_ebs ? VolumeKind::ebs : VolumeKind::instance_store));
  put(field::version, page.version);
  put(field::read_operations, page.read_operations);
  put(field::write_operations, page.write_operations);
  put(field::read_bytes, page.read_bytes);
  put(field::write_bytes, page.write_bytes);
  put(field::read_time_micros, page.read_time_micros);
  put(field::write_time_micros, page.write_time_micros);
  put(field::volume_iops_exceeded_micros, is_ebs ? page.volume_iops_exceeded_micros : 0);
  put(field::volume_throughput_exceeded_micros, is_ebs ? page.volume_throughput_exceeded_micros : 0);
  put(field::instance_iops_exceeded_micros, page.instance_iops_exceeded_micros);
  put(field::instance_throughput_exceeded_micros, page.instance_throughput_exceeded_micros);
  put(field::queue_length, page.queue_length);

  const auto row = [&](field::Index at) { return record.subspan(at, max_bins); };
  const auto read_bins =
      decode_histogram(page.read_latency, row(field::read_bounds), row(field::read_counts));
  const auto write_bins =
      decode_histogram(page.write_latency, row(field::write_bounds), row(field::write_counts));
  put(field::read_bins, read_bins.length);
  put(field::write_bins, write_bins.length);

  record[field::bands] = 0;
  if (detail.size() == sizeof(IoSizeDetail) && has_io_sizes(page)) {
    const auto io_sizes = load<IoSizeDetail>(detail.first<sizeof(IoSizeDetail)>());
    decode_bands(page, io_sizes, read_bins, write_bins, record);
  }
  return true;
}

}  // namespace ebs_nvme
