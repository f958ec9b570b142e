import { expect } from 'chai';
import type { Statistics } from '../../../../receiver/nvme/statistics.ts';
import { ebsVolume } from '../../../fixtures/volumes.ts';
import { ebsPage } from '../real-pages.ts';
import { machineWith } from '../stats-scene.ts';
import { watch } from '../top-scene.ts';

/** The page with so much more on its counters. */
const plus = (page: Statistics, more: Partial<Statistics>): Statistics => ({
  ...page,
  ...Object.fromEntries(
    Object.entries(more).map(([name, value]) => [
      name,
      Number(page[name as keyof Statistics]) + Number(value),
    ]),
  ),
});

describe('the order of volumes in top', () => {
  it('is by what is asked for, the greatest first', async () => {
    const volumes = ['many small reads', 'few large writes', 'slow', 'throttled', 'many small writes'].map(
      (does, index) => [ebsVolume(index + 1, does), ebsPage] as const,
    );
    const machine = machineWith(...volumes.toReversed());
    const more: readonly Partial<Statistics>[] = [
      { readOperations: 90_000, readBytes: 90_000, readTimeMicros: 900_000 },
      { writeOperations: 10, writeBytes: 9_000_000_000, writeTimeMicros: 100_000 },
      { readOperations: 2, readBytes: 2, readTimeMicros: 2_000_000 },
      { readOperations: 100, readBytes: 100, readTimeMicros: 100_000, volumeIopsExceededMicros: 500_000 },
      { writeOperations: 80_000, writeBytes: 80_000, writeTimeMicros: 4_000_000 },
    ];
    const order: Record<string, string> = {};
    await watch({
      machine,
      size: { columns: 160, rows: 20 },
      meanwhile: [
        () =>
          volumes.forEach(([volume, page], index) =>
            machine.drives.set(volume, plus(page, more[index] ?? {})),
          ),
        (person) => {
          for (const key of ['t', 'w', 'r', 'b', 'l', 'u', 'd']) {
            person.press(key);
            order[key] = (person.sees().match(/\d(?=n1)/g) ?? []).join('');
          }
        },
      ],
    });
    expect(order).to.deep.equal({
      t: '45312',
      r: '14352',
      w: '52431',
      b: '21543',
      l: '32451',
      u: '53142',
      d: '54321',
    });
  });
});
