import { startNode, ebsDrive, type TestNode } from '../fixtures/node.ts';
import { buildPage, realBins } from '../fixtures/nvme-device/page.ts';

/** A node whose volumes are at work: their pages change from scrape to scrape. */
export interface Workload {
  readonly volumes: number;
  readonly devPath: string;
  readonly sysPath: string;
  /** The volumes work on for a while: all of them, or the next few in turn. */
  advance(count?: number): Promise<void>;
  /** Get Log Page commands that all drives were sent so far. */
  commands(): Promise<number>;
  stop(): Promise<void>;
}

const bins = 28;
/** Operations by latency, in a step: most between 128 µs and 4 ms, as on gp3 volumes. */
const perStep = Array.from({ length: bins }, (_, bin) =>
  bin < 5 || bin > 16 ? 0 : Math.round(4000 * Math.exp(-((bin - 9.5) ** 2) / 4)),
);
const operationsPerStep = perStep.reduce((sum, count) => sum + count, 0);
/** A week of work before the benchmark, so that numbers are as long as they are on a real node. */
const stepsBefore = 40_000;

/** What a page of an EBS volume with these bins fills; the server gives zeros for the rest. */
const usedPageBytes = 2056 + 8 + bins * 24;

function pageAt(volume: number, step: number): Uint8Array {
  const steps = BigInt(stepsBefore + volume * 17 + step);
  const counts = perStep.map((count) => Number((BigInt(count) * steps) % 2n ** 32n));
  const reads = BigInt(operationsPerStep) * steps;
  const writes = 3n * reads;
  const page = buildPage({
    readOperations: reads,
    writeOperations: writes,
    readBytes: reads * 16_384n,
    writeBytes: writes * 12_288n,
    readTimeMicros: reads * 613n,
    writeTimeMicros: writes * 887n,
    volumeIopsExceededMicros: steps * 1_250n,
    volumeThroughputExceededMicros: steps * 310n,
    instanceIopsExceededMicros: 0,
    instanceThroughputExceededMicros: steps * 45n,
    queueLength: (step * 7 + volume) % 33,
    readLatency: { bins: realBins(counts) },
    writeLatency: { bins: realBins(counts.map((count) => (count * 3) % 2 ** 32)) },
  });
  return page.subarray(0, usedPageBytes);
}

async function attachAll(node: TestNode, volumes: number): Promise<void> {
  for (let number = 1; number <= volumes; number++) await node.attach(ebsDrive(number));
}

/** @throws where FUSE cannot be had, saying what is missing */
export async function startWorkload(volumes: number): Promise<Workload> {
  const node = await startNode();
  const steps = Array.from({ length: volumes }, () => 0);
  let next = 0;

  const advance = async (count = volumes): Promise<void> => {
    const due = Array.from({ length: Math.min(count, volumes) }, (_, i) => (next + i) % volumes);
    next = (next + due.length) % volumes;
    await Promise.all(
      due.map((index) => {
        const step = (steps[index] ?? 0) + 1;
        steps[index] = step;
        return node.devices.setPage(`nvme${index + 1}n1`, pageAt(index + 1, step));
      }),
    );
  };

  try {
    await attachAll(node, volumes);
    await advance();
  } catch (error) {
    await node.stop();
    throw error;
  }
  return {
    volumes,
    devPath: node.devices.devPath,
    sysPath: node.sysfs.path,
    advance,
    async commands() {
      const counts = await Promise.all(steps.map((_, index) => node.devices.counts(`nvme${index + 1}n1`)));
      return counts.reduce((sum, { logPages }) => sum + (logPages[0xd0] ?? 0), 0);
    },
    stop: () => node.stop(),
  };
}
