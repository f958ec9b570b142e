import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { startChild } from './child.ts';

/** A mount of its own, for that process only: it is gone with it. */
const namespace =
  process.geteuid?.() === 0 ? ['unshare', '--mount'] : ['unshare', '--mount', '--map-root-user'];
const mountAndRun = 'mount -t tmpfs -o size=64k,mode=0700 none "$0" && exec "$@"';
const nobody = 'http://127.0.0.1:9';

describe('a queue on a disk of 64 KiB', () => {
  let storage: string;
  beforeEach(async () => (storage = await mkdtemp(join(tmpdir(), 'queue-'))));
  afterEach(() => rm(storage, { recursive: true }));

  /** What a process said that enqueued so many requests of a size, and ended. */
  async function produce(count: number, bodyBytes: number): Promise<readonly string[]> {
    const child = startChild(
      'producer.ts',
      [storage, nobody, '0', String(count), String(bodyBytes)],
      [...namespace, 'sh', '-c', mountAndRun, storage],
    );
    try {
      await child.line(/^all kept$/);
      child.process.stdin?.write('end\n');
      await child.line(/^ended$/);
      return child.lines;
    } finally {
      await child.kill();
    }
  }

  const logOf = (lines: readonly string[]) =>
    lines
      .filter((line) => line.startsWith('log '))
      .map((line) => {
        const { msg, requests } = JSON.parse(line.slice(4)) as { msg: string; requests?: number };
        return [msg, requests];
      });
  const dropsOf = (lines: readonly string[]) => lines.filter((line) => line.startsWith('dropped '));

  it('drops the oldest until the newest fits, and says so once', async () => {
    const lines = await produce(40, 5000);
    // In pages of 4 KiB, a file of 5 kB takes 8.
    expect(lines).to.include('8 files');
    expect(logOf(lines)).to.deep.equal([
      ['cannot write to the queue on disk: no space left on the device', undefined],
      ['the disk takes no more: the oldest requests are dropped', 1],
      ['requests stay in the queue on disk, for the next start', 8],
    ]);
    expect(dropsOf(lines)).to.deep.equal(Array.from({ length: 32 }, () => 'dropped 1 disk_full'));
  });

  it('keeps in memory what does not fit at all, and leaves no part of it on the disk', async () => {
    const lines = await produce(1, 100_000);
    expect(lines).to.include('0 files');
    expect(logOf(lines)).to.deep.equal([
      ['cannot write to the queue on disk: no space left on the device', undefined],
      ['requests that could not be sent end with the process', 1],
    ]);
    expect(dropsOf(lines)).to.deep.equal(['dropped 1 shutdown']);
  });
});
