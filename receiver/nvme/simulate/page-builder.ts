import type { IoSizeBand, LatencyBins, Statistics } from '../statistics.ts';

/**
 * Writes a statistics page (NVMe log page 0xD0) byte by byte, as a drive does: the inverse of the native decoder.
 * Layout: Amazon's amazon-ec2-utils (ebsnvme) and nvme-cli (plugins/amzn), little-endian, packed.
 */

/** Of the page itself; as many follow where it has latencies by I/O size. */
export const pageBytes = 4096;
const magic = { ebs: 0x3c23b510, instance_store: 0xec2c0d7e } as const;
const offset = {
  magic: 0,
  version: 4,
  counters: 8,
  readLatency: 512,
  writeLatency: 2056,
  bandCount: 3600,
  bandSizes: 3604,
  bandCounts: 4096,
} as const;
/** Bins a histogram has room for; an I/O-size band has room for fewer. */
const binCapacity = 64;
const binBytes = 24;
const bandCapacity = 8;
const bandBinCapacity = 32;

/** A DataView takes 64 bits as BigInt only, which costs an allocation a field. Above 2^53 the nearest double is written. */
function setU64(view: DataView, at: number, value: number): void {
  view.setUint32(at, value % 2 ** 32, true);
  view.setUint32(at + 4, Math.floor(value / 2 ** 32) % 2 ** 32, true);
}

/** "No upper bound" is all ones on the page. */
function setBoundU64(view: DataView, at: number, bound: number): void {
  if (Number.isFinite(bound)) return setU64(view, at, bound);
  view.setUint32(at, 0xffffffff, true);
  view.setUint32(at + 4, 0xffffffff, true);
}

function setHistogram(view: DataView, at: number, { upperBoundsMicros, counts }: LatencyBins): void {
  if (counts.length > binCapacity) {
    throw new RangeError(`Expected at most ${binCapacity} latency bins but received ${counts.length}`);
  }
  setU64(view, at, counts.length);
  let lower = 0;
  counts.forEach((count, bin) => {
    const upper = upperBoundsMicros[bin] ?? Infinity;
    const start = at + 8 + bin * binBytes;
    setU64(view, start, lower);
    setBoundU64(view, start + 8, upper);
    // The page counts in 32 bits; setUint32 takes the value modulo 2^32, as the drive does.
    view.setUint32(start + 16, count, true);
    lower = upper;
  });
}

function setBands(view: DataView, bands: readonly IoSizeBand[]): void {
  if (bands.length > bandCapacity) {
    throw new RangeError(`Expected at most ${bandCapacity} I/O-size bands but received ${bands.length}`);
  }
  view.setUint32(offset.bandCount, bands.length, true);
  bands.forEach((band, index) => {
    const upper = Number.isFinite(band.upperSizeBytes) ? band.upperSizeBytes : 0xffffffff;
    view.setUint32(offset.bandSizes + index * 4, upper, true);
    const reads = offset.bandCounts + index * bandBinCapacity * 2 * 8;
    const writes = reads + bandBinCapacity * 8;
    band.readLatency.counts
      .subarray(0, bandBinCapacity)
      .forEach((count, bin) => setU64(view, reads + bin * 8, count));
    band.writeLatency.counts
      .subarray(0, bandBinCapacity)
      .forEach((count, bin) => setU64(view, writes + bin * 8, count));
  });
}

/**
 * The page that says these statistics: 4096 bytes, and 4096 more of I/O-size detail where there are I/O-size bands.
 * @throws RangeError where there are more bins or bands than a page has room for
 */
export function buildPage(statistics: Statistics): Uint8Array {
  const hasBands = statistics.ioSizeBands.length > 0;
  const bytes = new Uint8Array(hasBands ? 2 * pageBytes : pageBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(offset.magic, magic[statistics.kind], true);
  view.setUint32(offset.version, statistics.version, true);
  [
    statistics.readOperations,
    statistics.writeOperations,
    statistics.readBytes,
    statistics.writeBytes,
    statistics.readTimeMicros,
    statistics.writeTimeMicros,
    statistics.volumeIopsExceededMicros,
    statistics.volumeThroughputExceededMicros,
    statistics.instanceIopsExceededMicros,
    statistics.instanceThroughputExceededMicros,
    statistics.queueLength,
  ].forEach((value, index) => setU64(view, offset.counters + index * 8, value));
  setHistogram(view, offset.readLatency, statistics.readLatency);
  setHistogram(view, offset.writeLatency, statistics.writeLatency);
  if (hasBands) setBands(view, statistics.ioSizeBands);
  return bytes;
}
