import type { IoSizeBand, LatencyBins } from '../../../receiver/nvme/statistics.ts';
import type { Look } from '../terminal/look.ts';
import { bytes, count, duration } from '../terminal/numbers.ts';
import { percentile } from '../terminal/percentile.ts';
import { table, type Cell, type Column } from '../terminal/table.ts';

/** Latency by the size of the operations, where an instance-store drive keeps it. */

const columns: readonly Column[] = [
  { title: 'I/O size' },
  { title: 'reads', align: 'right' },
  { title: 'p50', align: 'right' },
  { title: 'p99', align: 'right' },
  { title: 'writes', align: 'right' },
  { title: 'p50', align: 'right' },
  { title: 'p99', align: 'right' },
];

function bandName(upperSizeBytes: number, previous: number, look: Look): string {
  if (!Number.isFinite(upperSizeBytes)) return `over ${bytes(previous)}`;
  return `${look.unicode ? '≤' : '<='} ${bytes(upperSizeBytes)}`;
}

function latencyCells(bins: LatencyBins, look: Look): Cell[] {
  const estimate = (share: number): string => {
    const found = percentile(bins, share);
    return found === undefined ? '-' : duration(Math.round(found.micros), look);
  };
  const operations = bins.counts.reduce((sum, one) => sum + one, 0);
  return [count(operations), estimate(0.5), estimate(0.99)];
}

/** Lines without the newline. */
export function ioSizeTable(
  bands: readonly IoSizeBand[],
  look: Look,
  width: number,
  indent: string,
): string[] {
  const rows = bands.map(({ upperSizeBytes, readLatency, writeLatency }, band): Cell[] => [
    { text: bandName(upperSizeBytes, bands[band - 1]?.upperSizeBytes ?? 0, look), color: 'dim' },
    ...latencyCells(readLatency, look),
    ...latencyCells(writeLatency, look),
  ]);
  return table(columns, rows, { look, width, indent });
}
