import { expect } from 'chai';
import fc from 'fast-check';
import { planVolumes, type Profile } from '../../../../receiver/nvme/simulate/profiles.ts';
import { serve } from '../../../../receiver/nvme/simulate/service.ts';

const profiles: readonly Profile[] = planVolumes(7, 1).map(({ profile }) => profile);
const profile = fc.constantFrom(...profiles);
/** Demand as a multiple of what the volume's limits let through. */
const pressure = fc.double({ min: 0.01, max: 3, noNaN: true });
const carries = fc.double({ min: 0.1, max: 1, noNaN: true });

describe('a simulated volume', () => {
  it('serves what is asked for, up to its limits and those of the instance', () => {
    fc.assert(
      fc.property(profile, pressure, carries, (of, times, instanceCarries) => {
        const demand = of.allowedPerSecond * times;
        const { readsPerSecond, writesPerSecond } = serve(of, demand, instanceCarries);
        const limit = of.allowedPerSecond * instanceCarries;
        expect(readsPerSecond + writesPerSecond).to.be.closeTo(Math.min(demand, limit), limit * 1e-9);
      }),
    );
  });

  it("has operations in flight by Little's law, about as many as its applications have once it is at a limit", () => {
    fc.assert(
      fc.property(profile, pressure, (of, times) => {
        const service = serve(of, of.allowedPerSecond * times, 1);
        const byLaw =
          (service.readsPerSecond * service.reads.meanMicros +
            service.writesPerSecond * service.writes.meanMicros) /
          1e6;
        expect(service.inFlight).to.be.closeTo(byLaw, 1e-9);
        if (times > 1.1) expect(service.inFlight / of.concurrency).to.be.within(0.6, 1.5);
      }),
    );
  });

  it('exceeds a limit only while demand is above it', () => {
    fc.assert(
      fc.property(profile, pressure, (of, times) => {
        const demand = of.allowedPerSecond * times;
        const service = serve(of, demand, 1);
        const iops = of.kind === 'ebs' ? service.volumeIopsExceeded : service.instanceIopsExceeded;
        const throughput =
          of.kind === 'ebs' ? service.volumeThroughputExceeded : service.instanceThroughputExceeded;
        expect(iops > 0).to.equal(demand > of.limits.iops);
        expect(throughput > 0).to.equal(demand > of.limits.bytesPerSecond / of.operationBytes);
      }),
    );
  });

  it('is slower the more is asked of it', () => {
    for (const of of profiles) {
      const latencies = [0.1, 1, 1.2].map(
        (times) => serve(of, of.allowedPerSecond * times, 1).reads.meanMicros,
      );
      expect(latencies).to.deep.equal(latencies.toSorted((a, b) => a - b));
      expect(latencies[2]).to.be.above((latencies[0] ?? 0) * 1.5);
    }
  });

  it('knows limits of the volume on EBS only', () => {
    fc.assert(
      fc.property(profile, pressure, (of, times) => {
        if (of.kind === 'ebs') return;
        const { volumeIopsExceeded, volumeThroughputExceeded } = serve(of, of.allowedPerSecond * times, 1);
        expect([volumeIopsExceeded, volumeThroughputExceeded]).to.deep.equal([0, 0]);
      }),
    );
  });
});
