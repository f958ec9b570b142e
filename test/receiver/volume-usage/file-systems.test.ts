import { statfsSync } from 'node:fs';
import { mkdtemp, readFile, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  askOnThread,
  createFileSystems,
  type AskFileSystem,
  type FileSystems,
} from '../../../receiver/volume-usage/file-systems.ts';
import { withEnoughTime } from '../../fixtures/enough-time.ts';
import { eventually } from '../../fixtures/eventually.ts';
import { mountFileSystem, type FileSystemMount } from '../../fixtures/file-system-mount/mount.ts';

const usage = { blockBytes: 4096, blocks: 1000, free: 400, available: 350, inodes: 64, freeInodes: 60 };
const now = () => performance.now();
/** Longer than what answers takes. */
const patientMs = 5_000;

describe('file systems', () => {
  it('say how full they are', async () => {
    const [outcome] = await createFileSystems(askOnThread, now).read(['/'], patientMs);
    const { blocks, bsize } = statfsSync('/');
    expect(outcome).to.have.property('ok', true);
    expect(outcome).to.have.nested.property('usage.capacityBytes', blocks * bsize);
  });

  it('fail each for itself', async () => {
    const outcomes = await createFileSystems(askOnThread, now).read(['/', '/no/such/place'], patientMs);
    expect(outcomes.map(({ ok }) => ok)).to.deep.equal([true, false]);
    expect(outcomes[1]).to.deep.include({
      error: {
        type: 'gone',
        message: 'cannot read the usage of /no/such/place: ENOENT: no such file or directory',
      },
    });
  });

  it('are none where none is asked for', async () => {
    expect(await createFileSystems(askOnThread, now).read([], patientMs)).to.deep.equal([]);
  });

  it('say so where there is no thread to ask on', async () => {
    const [outcome] = await createFileSystems(() => 11, now).read(['/'], patientMs);
    expect(outcome).to.have.nested.property('error.type', 'io_error');
  });

  it('say what to do where they may not be asked', async () => {
    const refuse: AskFileSystem = (_, answer) => {
      answer(13);
      return 0;
    };
    const [outcome] = await createFileSystems(refuse, now).read(['/secret'], patientMs);
    expect(outcome).to.have.nested.property('error.type', 'permission_denied');
    expect(outcome).to.have.nested.property('error.message').that.includes('run with group 0');
  });

  describe('that hang', () => {
    let folders: string[];
    let mounts: FileSystemMount[];
    let fileSystems: FileSystems;
    beforeEach(async () => {
      folders = await Promise.all(Array.from({ length: 6 }, () => mkdtemp(join(tmpdir(), 'hanging-mount-'))));
      mounts = await Promise.all(folders.map((folder) => mountFileSystem(folder, usage)));
      fileSystems = createFileSystems(askOnThread, now);
    });
    afterEach(async () => {
      await Promise.all(mounts.map((mount) => mount.release().then(() => mount.unmount())));
      await Promise.all(folders.map((folder) => rmdir(folder)));
    });

    const types = (outcomes: Awaited<ReturnType<FileSystems['read']>>) =>
      outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.error.type));

    it('answer as they do when they do', async () => {
      const [outcome] = await fileSystems.read(folders.slice(0, 1), patientMs);
      expect(outcome).to.deep.include({
        ok: true,
        usage: {
          capacityBytes: 4096 * 1000,
          availableBytes: 4096 * 350,
          usedBytes: 4096 * 600,
          inodes: { count: 64, free: 60, used: 4 },
        },
      });
    });

    it('cost only their own', async () => {
      await mounts[0]?.hang();
      const outcomes = await withEnoughTime(
        async (timeoutMs) => types(await createFileSystems(askOnThread, now).read(folders, timeoutMs)),
        (all) => all.slice(1).every((outcome) => outcome === 'ok'),
      );
      expect(outcomes).to.deep.equal(['timeout', 'ok', 'ok', 'ok', 'ok', 'ok']);
    });

    it('leave Node its threads for files, however many hang', async () => {
      await Promise.all(mounts.map((mount) => mount.hang()));
      expect(types(await fileSystems.read(folders, 100))).to.deep.equal(Array(6).fill('timeout'));
      expect(await readFile('/proc/self/comm', 'utf8')).not.to.equal('');
    });

    it('are not asked again before they have answered, and then are', async () => {
      let asked = 0;
      let answered = 0;
      const counting = createFileSystems((path, answer) => {
        asked += 1;
        return askOnThread(path, (...how) => {
          answered += 1;
          answer(...how);
        });
      }, now);
      const path = folders.slice(0, 1);
      await mounts[0]?.hang();
      await counting.read(path, 50);
      for (let round = 0; round < 2; round++) {
        const [outcome] = await counting.read(path, 50);
        expect(outcome).to.have.nested.property('error.type', 'timeout');
        expect(outcome).to.have.property('durationSeconds', 0);
      }
      expect(asked).to.equal(1);
      await mounts[0]?.release();
      await eventually(
        'an answer to what was asked first',
        () => answered,
        (answers) => answers === 1,
      );
      expect(types(await counting.read(path, patientMs))).to.deep.equal(['ok']);
      expect(asked).to.equal(2);
    });

    it('are asked once for all who ask at one moment', async () => {
      let asked = 0;
      const counting = createFileSystems((path, answer) => {
        asked += 1;
        return askOnThread(path, answer);
      }, now);
      await Promise.all([counting.read(folders, patientMs), counting.read(folders, patientMs)]);
      expect(asked).to.equal(6);
    });
  });
});
