import type { Attributes, HrTime } from '@opentelemetry/api';
import type { MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { attribute } from '../../../../receiver/nvme/attributes.ts';
import {
  exceededRatio,
  exceededTime,
  io,
  metricName,
  operationDuration,
  operationTime,
  queueLength,
  up,
} from '../../../../receiver/nvme/metrics.ts';
import { receiverOwnMetrics } from '../../../../receiver/nvme/self-telemetry.ts';
import {
  collectorScope,
  counter,
  type Described,
  gauge,
  histogram,
  histogramValue,
  point,
  receiverScope,
  resourceMetrics,
  startTime,
} from '../../../fixtures/metrics.ts';

/** Collections of one node as they follow each other: mostly only numbers change, now and then all else does. */

/** What a collection's page looks like, its numbers aside. */
interface NodeShape {
  readonly volumes: readonly string[];
  readonly startTime: HrTime;
  readonly bounds: readonly number[];
  readonly sum: boolean;
  readonly ratios: boolean;
  readonly help: string;
  readonly cluster: string;
  readonly errors: readonly string[];
}

export interface NodeStep {
  readonly shape: NodeShape;
  readonly numbers: readonly number[];
}

const devices = ['nvme1n1', 'nvme2n1', 'nvme10n1', 'größe'];
const choices: { readonly [Key in keyof NodeShape]: fc.Arbitrary<NodeShape[Key]> } = {
  volumes: fc.shuffledSubarray(devices),
  startTime: fc.constantFrom<HrTime>(startTime, [1793491200, 5_000_000], [0, 0]),
  bounds: fc.constantFrom([0.001, 1], [0.001, 2], [0.001, 1, 2], [], [-1, 1]),
  sum: fc.boolean(),
  ratios: fc.boolean(),
  help: fc.constantFrom('Help.', 'More "help".'),
  cluster: fc.constantFrom('production', 'größe'),
  errors: fc.subarray(['timeout', 'io_error']),
};

const number = fc.oneof(
  fc.nat(20),
  fc.maxSafeNat(),
  fc.nat().map((micros) => micros / 1e6),
  fc.double(),
  fc.constantFrom(NaN, -0, -1, 9, 10, 99, 100, 2 ** 53, 2 ** 64, Infinity, -Infinity),
);
const change = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Partial<NodeShape>>({}) },
  { weight: 1, arbitrary: fc.record(choices, { requiredKeys: [] }) },
);

export const nodeSteps: fc.Arbitrary<readonly NodeStep[]> = fc
  .tuple(
    fc.record(choices),
    fc.array(fc.tuple(change, fc.array(number, { minLength: 1, maxLength: 40 })), {
      minLength: 2,
      maxLength: 8,
    }),
  )
  .map(([first, changes]) => {
    let shape: NodeShape = first;
    return changes.map(([changed, numbers]) => ({ shape: (shape = { ...shape, ...changed }), numbers }));
  });

const known = new Map<string, Attributes>();
/** One object for each volume and each of its points, as the receiver has them. */
function ofVolume(device: string, own: Attributes): Attributes {
  const key = JSON.stringify([device, own]);
  const attributes = known.get(key) ?? {
    [attribute.volumeId]: `vol-${device}`,
    [attribute.deviceName]: device,
    ...own,
  };
  known.set(key, attributes);
  return attributes;
}

const reads = { [attribute.direction]: 'read' };
const writes = { [attribute.direction]: 'write' };
const limit = { [attribute.limitScope]: 'volume', [attribute.limitType]: 'iops' };

export function metricsAt({ shape, numbers }: NodeStep): ResourceMetrics {
  let taken = 0;
  const next = () => numbers[taken++ % numbers.length] ?? NaN;
  const times = { startTime: shape.startTime };
  const described = (metric: Described): Described => ({ ...metric, description: shape.help });
  const named = (metric: Parameters<typeof metricName>[1]) =>
    described({ ...metric, name: metricName('ebs', metric) });
  const points = (...own: readonly Attributes[]) =>
    shape.volumes.flatMap((device) => own.map((each) => point(next(), ofVolume(device, each), times)));
  const buckets = () => {
    const counts = [0, ...shape.bounds].map(() => Math.abs(next()) || 0);
    return histogramValue([...shape.bounds], counts, shape.sum ? next() : undefined);
  };
  const volumeMetrics: MetricData[] = [
    counter(named(io), ...points(reads, writes)),
    counter(named(operationTime), ...points(reads)),
    counter(named(exceededTime), ...points(limit)),
    ...(shape.ratios ? [gauge(named(exceededRatio), ...points(limit))] : []),
    gauge(named(queueLength), ...points({})),
    gauge(named(up), ...points({})),
    histogram(
      named(operationDuration),
      ...shape.volumes.flatMap((device) =>
        [reads, writes].map((own) => point(buckets(), ofVolume(device, own), times)),
      ),
    ),
  ];
  const { collections, reads: readings, collectionDuration } = receiverOwnMetrics;
  // The SDK makes new attributes at each collection.
  const ownMetrics: MetricData[] = [
    counter(
      readings,
      point(next(), {}),
      ...shape.errors.map((error) => point(next(), { [attribute.errorType]: error })),
    ),
    counter(collections, point(next(), {})),
    histogram(collectionDuration, point(buckets(), {}, { startTime: [...startTime] })),
    gauge({ name: 'disk.heat', unit: 'Cel' }, point(next(), { list: ['a'] })),
  ];
  return resourceMetrics(
    { 'k8s.cluster.name': shape.cluster, 'host.name': 'box' },
    { [receiverScope]: volumeMetrics, [collectorScope]: ownMetrics },
  );
}
