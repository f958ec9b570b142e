#pragma once

#include <cstddef>

#include "core/statistics_page.h"

/// A record is what one device's reading becomes: a row of doubles. The rows of a call lie one after the
/// other in one array, so that 128 devices cost JavaScript one typed array instead of thousands of objects
/// and property sets.
namespace ebs_nvme::field {

enum Index : std::size_t {
  verdict,
  step,
  code,
  duration_seconds,
  completed_at_ms,
  attached_at_ms,
  born_at_ms,
  outstanding_seconds,
  head_length,

  // What follows is there when the verdict is `answered`.
  kind = head_length,
  version,
  read_operations,
  write_operations,
  read_bytes,
  write_bytes,
  read_time_micros,
  write_time_micros,
  volume_iops_exceeded_micros,
  volume_throughput_exceeded_micros,
  instance_iops_exceeded_micros,
  instance_throughput_exceeded_micros,
  queue_length,

  // Lengths: of each row below only so many entries are written.
  read_bins,
  write_bins,
  bands,

  read_bounds,
  read_counts = read_bounds + max_bins,
  write_bounds = read_counts + max_bins,
  write_counts = write_bounds + max_bins,
  length = write_counts + max_bins,

  // Only where I/O sizes were asked for. Counts have `max_bins` entries per band.
  band_upper_sizes = length,
  band_read_counts = band_upper_sizes + max_bands,
  band_write_counts = band_read_counts + max_bands * max_bins,
  length_with_bands = band_write_counts + max_bands * max_bins,
};

struct Name {
  const char* name;
  Index index;
};

/// The names that JavaScript knows the fields by.
inline constexpr Name names[] = {
    {"verdict", verdict},
    {"step", step},
    {"code", code},
    {"durationSeconds", duration_seconds},
    {"completedAtMs", completed_at_ms},
    {"attachedAtMs", attached_at_ms},
    {"bornAtMs", born_at_ms},
    {"outstandingSeconds", outstanding_seconds},
    {"headLength", head_length},
    {"kind", kind},
    {"version", version},
    {"readOperations", read_operations},
    {"writeOperations", write_operations},
    {"readBytes", read_bytes},
    {"writeBytes", write_bytes},
    {"readTimeMicros", read_time_micros},
    {"writeTimeMicros", write_time_micros},
    {"volumeIopsExceededMicros", volume_iops_exceeded_micros},
    {"volumeThroughputExceededMicros", volume_throughput_exceeded_micros},
    {"instanceIopsExceededMicros", instance_iops_exceeded_micros},
    {"instanceThroughputExceededMicros", instance_throughput_exceeded_micros},
    {"queueLength", queue_length},
    {"readBins", read_bins},
    {"writeBins", write_bins},
    {"bands", bands},
    {"readBounds", read_bounds},
    {"readCounts", read_counts},
    {"writeBounds", write_bounds},
    {"writeCounts", write_counts},
    {"length", length},
    {"bandUpperSizes", band_upper_sizes},
    {"bandReadCounts", band_read_counts},
    {"bandWriteCounts", band_write_counts},
    {"lengthWithBands", length_with_bands},
};

}  // namespace ebs_nvme::field
