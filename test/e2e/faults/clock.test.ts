import { expect } from 'chai';
import { createClockShift, type ClockShift } from '../../fixtures/clock-shift.ts';
import { startCollector, type Collector } from '../../fixtures/collector.ts';
import { eventually } from '../../fixtures/eventually.ts';
import { distinctPage, ebsDrive, startNode, type TestNode } from '../../fixtures/node.ts';
import { startOtlpReceiver, type OtlpReceiver, type ReceivedPush } from '../../fixtures/otlp-receiver.ts';
import { metricsIn } from '../../fixtures/otlp/decoder.ts';
import { pushEvery } from './push-settings.ts';
import { valueOf } from './volumes-on-page.ts';

describe('a wall clock that jumps', function () {
  this.timeout(60_000);
  let clock: ClockShift;
  let node: TestNode;
  let backend: OtlpReceiver;
  let collector: Collector;
  const hourMs = 3_600_000;
  const jumpsMs = [-hourMs, 5 * hourMs, 0, -24 * hourMs, 400 * 24 * hourMs, 1];

  before(async () => {
    clock = createClockShift();
    node = await startNode();
    backend = await startOtlpReceiver();
    await node.attach(ebsDrive(1));
    collector = await startCollector([...node.settings, ...pushEvery('200ms', backend)], clock.env);
  });

  after(async () => {
    expect(await collector?.stop()).to.equal(0);
    await node?.stop();
    await backend?.close();
    clock?.remove();
  });

  it('stops neither the counters nor the gauges on pages', async () => {
    let uptime = 0;
    for (const [index, shiftMs] of jumpsMs.entries()) {
      clock.set(shiftMs);
      await node.serve(1, { ...distinctPage(1), readOperations: 2_000_000 + index, queueLength: index });
      // A scrape shares the reading that is under way, which may have begun before.
      const { status, body } = await eventually(
        'a page of what is served now',
        () => collector.scrape(),
        (page) => valueOf(page.body, 'ebs_total_read_ops_total{') === 2_000_000 + index,
      );
      expect(status).to.equal(200);
      expect(valueOf(body, 'ebs_volume_queue_length{')).to.equal(index);
      expect(valueOf(body, 'process_uptime_seconds')).to.be.above(uptime);
      uptime = valueOf(body, 'process_uptime_seconds') ?? Infinity;
    }
  });

  /** When each cumulative series began, as each push says. */
  const startsOf = ({ payloads }: ReceivedPush): readonly (readonly [string, bigint])[] =>
    metricsIn(payloads)
      .filter(({ temporality }) => temporality === 'cumulative')
      .flatMap(({ name, points }) =>
        points.map(
          ({ attributes, startTimeNanos }) =>
            [`${name} ${JSON.stringify(attributes)}`, startTimeNanos] as const,
        ),
      );

  // A point may lie before the start of its series then. Another start would say that the counter began anew, and that
  // all it ever counted comes on top.
  it('stops no pushes, and no series begins anew', async () => {
    for (const shiftMs of jumpsMs) {
      clock.set(shiftMs);
      const pushed = backend.pushes.length;
      await eventually(
        'pushes',
        () => backend.pushes.length,
        (count) => count >= pushed + 3,
      );
    }
    const starts = new Map(backend.pushes.slice(0, 1).flatMap(startsOf));
    expect(starts.size).to.be.above(10);
    for (const [series, start] of backend.pushes.flatMap(startsOf)) {
      expect(starts.get(series) ?? start, series).to.equal(start);
    }
  });

  it('is no failure: nothing is logged of it', () => {
    expect(collector.logs.filter(({ level }) => level !== 'info')).to.deep.equal([]);
    expect(collector.logs.filter(({ msg }) => msg.includes('volume'))).to.have.length(1);
  });
});
