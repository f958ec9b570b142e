#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

/// Amazon's statistics page, log page 0xD0, byte for byte: little-endian, as EBS volumes and instance-store
/// drives answer it (amazon-ec2-utils' ebsnvme, nvme-cli's amzn plugin).
namespace ebs_nvme {

static_assert(std::endian::native == std::endian::little, "the page is read in place");

inline constexpr std::uint32_t ebs_magic = 0x3C23B510;
inline constexpr std::uint32_t instance_store_magic = 0xEC2C0D7E;

inline constexpr std::size_t max_bins = 64;
inline constexpr std::size_t max_bands = 8;
inline constexpr std::size_t band_bins = 32;

struct LatencyBin {
  std::uint64_t lower_micros;
  std::uint64_t upper_micros;
  std::uint32_t count;
  std::uint32_t reserved;
};
static_assert(sizeof(LatencyBin) == 24);

struct LatencyHistogram {
  /// Bins in use. Not to be trusted: clamp to `max_bins`.
  std::uint64_t bins_used;
  std::array<LatencyBin, max_bins> bins;
};
static_assert(sizeof(LatencyHistogram) == 1544);

struct StatisticsPage {
  std::uint32_t magic;
  std::uint32_t version;
  std::uint64_t read_operations;
  std::uint64_t write_operations;
  std::uint64_t read_bytes;
  std::uint64_t write_bytes;
  std::uint64_t read_time_micros;
  std::uint64_t write_time_micros;
  /// The volume's provisioned limits; meaningless on instance store.
  std::uint64_t volume_iops_exceeded_micros;
  std::uint64_t volume_throughput_exceeded_micros;
  /// The instance's EBS limits; on instance store the local storage's own.
  std::uint64_t instance_iops_exceeded_micros;
  std::uint64_t instance_throughput_exceeded_micros;
  std::uint64_t queue_length;
  std::array<std::byte, 416> reserved;
  LatencyHistogram read_latency;
  LatencyHistogram write_latency;
  /// Instance store, version 1 and later: how many bands of I/O sizes the detail at offset 4096 has, and the
  /// largest size in each, bytes. Not to be trusted: clamp to `max_bands`.
  std::uint32_t bands_used;
  std::array<std::uint32_t, max_bands> band_upper_sizes;
  std::array<std::byte, 460> rest;
};
static_assert(sizeof(StatisticsPage) == 4096);
static_assert(offsetof(StatisticsPage, version) == 4);
static_assert(offsetof(StatisticsPage, read_operations) == 8);
static_assert(offsetof(StatisticsPage, read_bytes) == 24);
static_assert(offsetof(StatisticsPage, read_time_micros) == 40);
static_assert(offsetof(StatisticsPage, volume_iops_exceeded_micros) == 56);
static_assert(offsetof(StatisticsPage, instance_iops_exceeded_micros) == 72);
static_assert(offsetof(StatisticsPage, queue_length) == 88);
static_assert(offsetof(StatisticsPage, read_latency) == 512);
static_assert(offsetof(StatisticsPage, write_latency) == 2056);
static_assert(offsetof(StatisticsPage, bands_used) == 3600);
static_assert(offsetof(StatisticsPage, band_upper_sizes) == 3604);

/// Counts of the operations of one band, per bin of the page's own histograms.
struct IoSizeBand {
  std::array<std::uint64_t, band_bins> read_counts;
  std::array<std::uint64_t, band_bins> write_counts;
};
static_assert(sizeof(IoSizeBand) == 512);

/// What lies at offset 4096 of the log page.
struct IoSizeDetail {
  std::array<IoSizeBand, max_bands> bands;
};
static_assert(sizeof(IoSizeDetail) == 4096);

}  // namespace ebs_nvme
