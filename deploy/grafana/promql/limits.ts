import { either, rate } from './volumes.ts';

/** The four limits that a drive counts the time beyond. What counts it is in µs: a rate of 1e6 is all of the time. */

export interface Limit {
  /** In the order of the drive's page; what the answer "who throttles" is encoded as. */
  readonly code: 1 | 2 | 3 | 4;
  /** Whose limit it is. */
  readonly scope: 'volume' | 'instance';
  readonly name: string;
  /** Without the prefix of the kind of drive. */
  readonly counter: string;
  readonly color: string;
  /** In a word or two, for a timeline. */
  readonly answer: string;
}

export const limits: readonly Limit[] = [
  {
    code: 1,
    scope: 'volume',
    name: 'volume IOPS',
    counter: 'volume_performance_exceeded_iops_total',
    color: 'blue',
    answer: 'The volume: its IOPS',
  },
  {
    code: 2,
    scope: 'volume',
    name: 'volume throughput',
    counter: 'volume_performance_exceeded_throughput_total',
    color: 'purple',
    answer: 'The volume: its throughput',
  },
  {
    code: 3,
    scope: 'instance',
    name: 'instance IOPS',
    counter: 'instance_performance_exceeded_iops_total',
    color: 'orange',
    answer: 'The instance: its EBS IOPS',
  },
  {
    code: 4,
    scope: 'instance',
    name: 'instance throughput',
    counter: 'instance_performance_exceeded_throughput_total',
    color: 'red',
    answer: 'The instance: its EBS throughput',
  },
];

export const limitsOf = (scope: Limit['scope']): readonly Limit[] =>
  limits.filter((limit) => limit.scope === scope);

/** What to do about each, for descriptions. */
export const remedies =
  'Volume IOPS: provision more IOPS, or let the application do fewer and larger operations. Volume throughput: provision more throughput. Instance IOPS or instance throughput: all volumes of the instance together want more than the instance can carry - a bigger volume would not help; take an instance type with more EBS bandwidth, or move volumes to other nodes.';

/** From this share of the time on it is worth telling: 1 %. */
export const worthTelling = 0.01;

/** Share of the time that demand exceeded the limit, 0 to 1, of EBS volumes. */
export const exceededShare = ({ counter }: Limit, selector: string, window: string): string =>
  `rate(ebs_${counter}{${selector}}[${window}]) / 1e6`;

/** The same of any kind of volume, a series a node. */
export const exceededShareByNode = ({ counter, scope }: Limit, selector: string, window: string): string =>
  scope === 'volume'
    ? `sum by (node) (rate(ebs_${counter}{${selector}}[${window}])) / 1e6`
    : `sum by (node) ${either(counter, selector, rate(window))} / 1e6`;

/**
 * Which limit was exceeded for the longest time, as its code; 0: none for 1 % of the time. The share, in thousandths, stands
 * above the last digit and the code is that digit, so that the maximum carries the code along.
 */
export function mainLimit(selector: string, window: string): string {
  const marked = limits.map(
    (limit) =>
      `label_replace((floor(1000 * ${exceededShareByNode(limit, selector, window)}) >= ${1000 * worthTelling}) * 10 + ${limit.code}, "limit", "${limit.code}", "", "")`,
  );
  const nothing = `0 * max by (node) ${either('volume_up', selector)}`;
  return `max by (node) (${[...marked, nothing].join(' or ')}) % 10`;
}

/** The codes of `mainLimit` in words. */
export const answers: Readonly<Record<string, readonly [text: string, color: string]>> = {
  '0': ['Nobody', 'green'],
  ...Object.fromEntries(limits.map(({ code, answer, color }) => [code, [answer, color] as const])),
};

/** Series of the same labels but for `limit`, the limit's name, one for each limit that `of` gives something for. */
export const byLimit = (which: readonly Limit[], of: (limit: Limit) => string): string =>
  which.map((limit) => `label_replace(${of(limit)}, "limit", "${limit.name}", "", "")`).join(' or ');
