#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <span>
#include <vector>

#include "core/decoder.h"
#include "core/identity.h"
#include "core/record.h"
#include "core/statistics_page.h"

using namespace ebs_nvme;

/// Any page that a drive may answer with: the record must be one that every reader of records can live with.

namespace {

/// Found untouched where nothing is to be written.
constexpr double untouched = -77.25;

void require(bool condition) {
  if (!condition) std::abort();
}

void check_bounds(std::span<const double> bounds) {
  require(std::ranges::adjacent_find(bounds, std::greater_equal<>()) == bounds.end());
  require(bounds.empty() || bounds.back() == std::numeric_limits<double>::infinity());
}

void check_counts(std::span<const double> counts) {
  for (const double count : counts) require(std::isfinite(count) && count >= 0);
}

void check_record(std::span<const double> record, bool with_bands) {
  for (std::size_t i = field::read_operations; i <= field::queue_length; ++i) {
    require(std::isfinite(record[i]) && record[i] >= 0);
  }
  const auto read_bins = static_cast<std::size_t>(record[field::read_bins]);
  const auto write_bins = static_cast<std::size_t>(record[field::write_bins]);
  const auto bands = static_cast<std::size_t>(record[field::bands]);
  require(read_bins <= max_bins && write_bins <= max_bins && bands <= max_bands);
  require(with_bands || bands == 0);
  check_bounds(record.subspan(field::read_bounds, read_bins));
  check_bounds(record.subspan(field::write_bounds, write_bins));
  check_counts(record.subspan(field::read_counts, read_bins));
  check_counts(record.subspan(field::write_counts, write_bins));
  if (bands == 0) return;
  check_bounds(record.subspan(field::band_upper_sizes, bands));
  for (std::size_t band = 0; band < bands; ++band) {
    check_counts(record.subspan(field::band_read_counts + band * max_bins, read_bins));
    check_counts(record.subspan(field::band_write_counts + band * max_bins, write_bins));
  }
}

/// On the heap, so that a step beyond the end is seen.
void decode(PageBytes page, std::span<const std::byte> detail) {
  const std::size_t length = detail.empty() ? field::length : field::length_with_bands;
  static std::vector<double> records[2];
  std::vector<double>& record = records[detail.empty() ? 0 : 1];
  record.assign(length, untouched);
  if (decode_statistics(page, detail, record)) {
    check_record(record, !detail.empty());
  } else {
    require(std::ranges::all_of(record, [](double value) { return value == untouched; }));
  }
}

}  // namespace

/// What is missing of a page is zeros, so that inputs stay short.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static std::array<std::byte, 2 * transfer_bytes> bytes;
  const std::size_t given = std::min(size, bytes.size());
  const auto rest = std::ranges::copy(std::as_bytes(std::span(data, given)), bytes.begin()).out;
  std::fill(rest, bytes.end(), std::byte{0});

  const PageBytes page = std::span(bytes).first<transfer_bytes>();
  decode(page, {});
  if (announces_io_sizes(page)) decode(page, std::span(bytes).subspan(transfer_bytes));
  const Identity identity = decode_identity(page);
  require(identity.serial.size() <= 20 && identity.model.size() <= 40 && identity.firmware.size() <= 8);
  require(identity.block_device_mapping.size() <= 32);
  return 0;
}
