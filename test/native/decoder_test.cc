#include "core/decoder.h"

#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "check.h"
#include "core/record.h"
#include "core/statistics_page.h"

using namespace ebs_nvme;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Decoded {
  bool ok;
  std::vector<double> record;
  [[nodiscard]] double at(std::size_t index) const { return record[index]; }
};

template <typename Layout>
std::vector<std::byte> bytes_of(const Layout& layout) {
  std::vector<std::byte> bytes(sizeof(Layout));
  std::memcpy(bytes.data(), &layout, sizeof(Layout));
  return bytes;
}

/// The vectors have exact lengths: a sanitizer sees every step beyond them.
Decoded decode(const StatisticsPage& page) {
  const auto bytes = bytes_of(page);
  Decoded decoded{false, std::vector<double>(field::length, -1)};
  decoded.ok = decode_statistics(std::span(bytes).first<transfer_bytes>(), {}, decoded.record);
  return decoded;
}

Decoded decode(const StatisticsPage& page, const IoSizeDetail& detail) {
  const auto bytes = bytes_of(page);
  const auto detail_bytes = bytes_of(detail);
  Decoded decoded{false, std::vector<double>(field::length_with_bands, -1)};
  decoded.ok = decode_statistics(std::span(bytes).first<transfer_bytes>(), detail_bytes, decoded.record);
  return decoded;
}

StatisticsPage page_with(std::uint32_t magic) {
  StatisticsPage page{};
  page.magic = magic;
  return page;
}

void add_bin(LatencyHistogram& histogram, std::uint64_t upper, std::uint32_t count) {
  histogram.bins[histogram.bins_used++] = {
      .lower_micros = 0, .upper_micros = upper, .count = count, .reserved = 0};
}

void check_bins(const Decoded& decoded, std::size_t length_at, std::size_t bounds_at, std::size_t counts_at) {
  const double length = decoded.at(length_at);
  CHECK(length >= 0 && length <= static_cast<double>(max_bins));
  for (std::size_t i = 0; static_cast<double>(i) < length; ++i) {
    CHECK(i == 0 || decoded.at(bounds_at + i) > decoded.at(bounds_at + i - 1));
    CHECK(std::isfinite(decoded.at(counts_at + i)) && decoded.at(counts_at + i) >= 0);
  }
  CHECK(length == 0 || decoded.at(bounds_at + static_cast<std::size_t>(length) - 1) == infinity);
}

}  // namespace

TEST("a page whose magic is neither of Amazon's is refused and nothing is written") {
  const StatisticsPage page = page_with(0xDEADBEEF);
  const Decoded decoded = decode(page);
  CHECK(!decoded.ok);
  for (const double value : decoded.record) CHECK(value == -1);
}

TEST("the magic has 32 bits: a version beside it changes nothing") {
  StatisticsPage page = page_with(ebs_magic);
  page.version = 7;
  page.read_operations = 889;
  const Decoded decoded = decode(page);
  CHECK(decoded.ok);
  CHECK(decoded.at(field::version) == 7);
  CHECK(decoded.at(field::read_operations) == 889);
}

TEST("counters beyond 2^53 become the nearest double") {
  StatisticsPage page = page_with(ebs_magic);
  page.write_bytes = std::numeric_limits<std::uint64_t>::max();
  page.read_bytes = (std::uint64_t{1} << 53) + 3;
  const Decoded decoded = decode(page);
  CHECK(decoded.at(field::write_bytes) == 18446744073709551616.0);
  CHECK(decoded.at(field::read_bytes) == 9007199254740996.0);
}

TEST("an instance-store drive has no volume limits, whatever stands in their place") {
  StatisticsPage page = page_with(instance_store_magic);
  page.volume_iops_exceeded_micros = 1;
  page.volume_throughput_exceeded_micros = 2;
  page.instance_iops_exceeded_micros = 3;
  const Decoded decoded = decode(page);
  CHECK(decoded.at(field::kind) == 1);
  CHECK(decoded.at(field::volume_iops_exceeded_micros) == 0);
  CHECK(decoded.at(field::volume_throughput_exceeded_micros) == 0);
  CHECK(decoded.at(field::instance_iops_exceeded_micros) == 3);
}

TEST("the last bound is infinite, and a bin that brings no new bound joins the one before") {
  StatisticsPage page = page_with(ebs_magic);
  add_bin(page.read_latency, 1, 10);
  add_bin(page.read_latency, 4, 20);
  add_bin(page.read_latency, 4, 30);
  add_bin(page.read_latency, 2, 40);
  add_bin(page.read_latency, 8, 50);
  const Decoded decoded = decode(page);
  CHECK(decoded.at(field::read_bins) == 3);
  CHECK(decoded.at(field::read_bounds) == 1);
  CHECK(decoded.at(field::read_bounds + 1) == 4);
  CHECK(decoded.at(field::read_bounds + 2) == infinity);
  CHECK(decoded.at(field::read_counts) == 10);
  CHECK(decoded.at(field::read_counts + 1) == 90);
  CHECK(decoded.at(field::read_counts + 2) == 50);
  CHECK(decoded.at(field::write_bins) == 0);
}

TEST("a number of bins beyond 64 is clamped, in all its 64 bits") {
  StatisticsPage page = page_with(ebs_magic);
  for (std::uint64_t i = 0; i < max_bins; ++i) add_bin(page.read_latency, i + 1, 1);
  page.read_latency.bins_used = 0xFFFFFFFF00000000;
  CHECK(decode(page).at(field::read_bins) == static_cast<double>(max_bins));
}

TEST("counts per I/O size take the bins of the page's own histograms") {
  StatisticsPage page = page_with(instance_store_magic);
  page.version = 1;
  for (const std::uint64_t upper : {1U, 1U, 2U, 4U}) add_bin(page.read_latency, upper, 0);
  add_bin(page.write_latency, 1, 0);
  page.bands_used = 2;
  page.band_upper_sizes = {4096, 0xFFFFFFFF};
  IoSizeDetail detail{};
  detail.bands[0].read_counts = {1, 2, 3, 4};
  detail.bands[1].read_counts = {5, 6, 7, 8};
  detail.bands[1].write_counts = {9};
  const Decoded decoded = decode(page, detail);
  CHECK(decoded.at(field::bands) == 2);
  CHECK(decoded.at(field::band_upper_sizes) == 4096);
  CHECK(decoded.at(field::band_upper_sizes + 1) == infinity);
  CHECK(decoded.at(field::read_bins) == 3);
  CHECK(decoded.at(field::band_read_counts) == 3);
  CHECK(decoded.at(field::band_read_counts + 2) == 4);
  CHECK(decoded.at(field::band_read_counts + max_bins) == 11);
  CHECK(decoded.at(field::band_write_counts + max_bins) == 9);
}

TEST("detail beside a page that does not announce it is not looked at") {
  for (StatisticsPage page : {page_with(ebs_magic), page_with(instance_store_magic)}) {
    page.bands_used = 8;
    if (page.magic == ebs_magic) page.version = 1;
    const auto bytes = bytes_of(page);
    CHECK(!announces_io_sizes(std::span(bytes).first<transfer_bytes>()));
    CHECK(decode(page, IoSizeDetail{}).at(field::bands) == 0);
  }
}

TEST("any bytes behind a magic give a sane record") {
  std::mt19937_64 random(20'26'11);
  StatisticsPage page{};
  IoSizeDetail detail{};
  for (int round = 0; round < 2000; ++round) {
    std::array<std::uint64_t, 2 * transfer_bytes / 8> noise;
    for (std::uint64_t& word : noise) word = random() >> (random() % 64);
    std::memcpy(&page, noise.data(), sizeof(page));
    std::memcpy(&detail, noise.data() + noise.size() / 2, sizeof(detail));
    page.magic = round % 2 == 0 ? ebs_magic : instance_store_magic;
    if (round % 3 == 0) page.read_latency.bins_used = random() % 70;
    if (round % 3 == 0) page.bands_used = static_cast<std::uint32_t>(random() % 10);
    const Decoded decoded = decode(page, detail);
    CHECK(decoded.ok);
    check_bins(decoded, field::read_bins, field::read_bounds, field::read_counts);
    check_bins(decoded, field::write_bins, field::write_bounds, field::write_counts);
    for (std::size_t band = 0; static_cast<double>(band) < decoded.at(field::bands); ++band) {
      check_bins(decoded, field::read_bins, field::read_bounds, field::band_read_counts + band * max_bins);
      check_bins(decoded, field::write_bins, field::write_bounds, field::band_write_counts + band * max_bins);
    }
  }
}
