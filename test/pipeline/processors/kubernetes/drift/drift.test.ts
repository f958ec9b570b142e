import { expect } from 'chai';
import {
  createDriftTracker,
  differences,
} from '../../../../../pipeline/processors/kubernetes/drift/drift.ts';

const none: ReadonlySet<string> = new Set();
const set = (...ids: readonly string[]) => new Set(ids);
const devices = (...ids: readonly string[]) => new Map(ids.map((id, index) => [id, `nvme${index}n1`]));
const missing = { kind: 'missing_device' as const, volumeId: 'vol-a', device: undefined };

describe('drift', () => {
  it('is a volume that is attached and not there, and one that is there and not attached', () => {
    const found = differences({
      attached: set('vol-a', 'vol-b'),
      published: none,
      devices: devices('vol-b', 'vol-c'),
    });
    expect(found).to.deep.equal([
      missing,
      { kind: 'unexplained_device', volumeId: 'vol-c', device: 'nvme1n1' },
    ]);
  });

  it('is nothing where both sides agree', () => {
    expect(
      differences({ attached: set('vol-a'), published: set('vol-a'), devices: devices('vol-a') }),
    ).to.deep.equal([]);
  });

  it('knows without the API what pods wait for, and nothing of devices', () => {
    const found = differences({ attached: undefined, published: set('vol-a'), devices: devices('vol-c') });
    expect(found).to.deep.equal([missing]);
  });

  it('explains a device by the pod that has it, though the API does not say so yet', () => {
    expect(differences({ attached: none, published: set('vol-a'), devices: devices('vol-a') })).to.deep.equal(
      [],
    );
  });

  it('counts once a difference has lasted, and is said once', () => {
    const tracker = createDriftTracker(120_000);
    expect(tracker.update([missing], 0, 0)).to.deep.equal({ found: [], cleared: [], hasNew: true });
    expect(tracker.update([missing], 119_999, 60_000).found).to.deep.equal([]);
    expect(tracker.update([missing], 120_000, 60_000).found).to.have.length(1);
    expect(tracker.update([missing], 130_000, 60_000).found).to.deep.equal([]);
    expect(tracker.drifts().map(({ sinceMs }) => sinceMs)).to.deep.equal([0]);
  });

  it('is over when the difference is, and begins anew', () => {
    const tracker = createDriftTracker(10);
    tracker.update([missing], 0, 0);
    tracker.update([missing], 10, 5);
    expect(tracker.update([], 20, 5).cleared).to.have.length(1);
    expect(tracker.update([], 30, 5).cleared).to.deep.equal([]);
    expect(tracker.update([missing], 40, 5).found).to.deep.equal([]);
    expect(tracker.drifts()).to.deep.equal([]);
  });

  it('does not count by what Kubernetes said before the difference came about', () => {
    const tracker = createDriftTracker(10);
    tracker.update([missing], 100, 50);
    expect(tracker.update([missing], 1000, 50).found).to.deep.equal([]);
    expect(tracker.update([missing], 1010, 1005).found).to.have.length(1);
  });
});
