/** What one statistics page (NVMe log page 0xD0) says. */

export type VolumeKind = 'ebs' | 'instance_store';

/** How an operation's latency was distributed, as far as the page tells. */
export interface LatencyBins {
  /** Upper bounds in µs, strictly increasing; the last one is Infinity. */
  readonly upperBoundsMicros: Float64Array;
  /** Operations per bin, same length as the bounds. The page counts modulo 2^32. */
  readonly counts: Float64Array;
}

/** Latencies of the operations whose size lies in one band (instance store, page version 1). */
export interface IoSizeBand {
  /** Largest size in the band, bytes; Infinity in the last one. */
  readonly upperSizeBytes: number;
  readonly readLatency: LatencyBins;
  readonly writeLatency: LatencyBins;
}

/**
 * One page, decoded. Counters start at the attachment (EBS) or at the instance's start (instance store).
 * They are 64-bit on the page; above 2^53 a number holds the nearest double.
 */
export interface Statistics {
  readonly kind: VolumeKind;
  readonly version: number;
  readonly readOperations: number;
  readonly writeOperations: number;
  readonly readBytes: number;
  readonly writeBytes: number;
  readonly readTimeMicros: number;
  readonly writeTimeMicros: number;
  /** Time that demand exceeded the volume's own limits, µs; 0 on instance store, which has none. */
  readonly volumeIopsExceededMicros: number;
  readonly volumeThroughputExceededMicros: number;
  /** Time that demand exceeded the instance's EBS limits (instance store: the local storage's), µs. */
  readonly instanceIopsExceededMicros: number;
  readonly instanceThroughputExceededMicros: number;
  /** Operations submitted and not completed at this moment. */
  readonly queueLength: number;
  /** Empty where the page has no bins. */
  readonly readLatency: LatencyBins;
  readonly writeLatency: LatencyBins;
  /** Empty unless asked for and there. */
  readonly ioSizeBands: readonly IoSizeBand[];
}
