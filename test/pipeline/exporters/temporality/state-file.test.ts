import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { SavedState } from '../../../../pipeline/exporters/temporality/saved-state.ts';
import {
  createStateFile,
  restoreState,
  stateFiles,
  stateName,
  type PayloadKeeper,
} from '../../../../pipeline/exporters/temporality/state-file.ts';
import { at } from './world.ts';

const stateOf = (second: number): SavedState => ({
  bootId: 'boot',
  nothingSentAfter: at(second),
  sums: [],
  histograms: [],
});

/** A queue with these payloads. */
const queueOf = (...queued: string[]): PayloadKeeper & { readonly takenBack: string[] } => {
  const takenBack: string[] = [];
  return {
    takenBack,
    hasAll: async (ids) => ids.every((id) => queued.includes(id)),
    takeBack: async (ids) => void takenBack.push(...ids),
  };
};

describe('the state on disk', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'temporality-'));
    path = join(folder, stateName);
  });
  afterEach(() => rm(folder, { recursive: true }));

  const restored = async (...queued: string[]) => {
    const result = await restoreState(path, queueOf(...queued));
    return result.state?.nothingSentAfter[0];
  };

  it('is nothing where no process was before', async () => {
    expect(await restoreState(path, queueOf())).to.deep.equal({ state: undefined, setAside: undefined });
  });

  it('is the one that was confirmed last', async () => {
    const file = createStateFile(path);
    for (const second of [1, 2]) {
      await file.announce(stateOf(second), [`payload-${second}`]);
      await file.confirm();
    }
    // Sent and deleted meanwhile.
    expect(await restored()).to.equal(2);
    expect(await restored()).to.equal(2);
  });

  it('goes with the payload, where the process was killed between the two', async () => {
    const file = createStateFile(path);
    await file.announce(stateOf(1), ['payload-1']);
    await file.confirm();
    await file.announce(stateOf(2), ['payload-2']);
    expect(await restored('payload-1')).to.equal(1);
    await file.announce(stateOf(3), ['payload-3']);
    expect(await restored('payload-1', 'payload-3')).to.equal(3);
    expect(await restored()).to.equal(3);
  });

  it('goes with all of its payloads or with none: those that are there were not sent, and are taken back', async () => {
    const file = createStateFile(path);
    await file.announce(stateOf(1), ['a', 'b', 'c']);
    const queue = queueOf('a', 'c');
    expect((await restoreState(path, queue)).state).to.equal(undefined);
    expect(queue.takenBack).to.deep.equal(['a', 'b', 'c']);
    expect(await restored('a', 'b', 'c')).to.equal(undefined);
  });

  it('goes with nothing, where nothing was to be queued', async () => {
    await createStateFile(path).announce(stateOf(1), []);
    expect(await restored()).to.equal(1);
  });

  it('has names of its own in the directory of the queue', async () => {
    const file = createStateFile(path);
    await file.announce(stateOf(1), ['a']);
    await file.confirm();
    await file.announce(stateOf(1), ['a']);
    await writeFile(`${path}.tmp`, '');
    expect((await readdir(folder)).filter((name) => !stateFiles.test(name))).to.deep.equal([]);
  });

  it('is forgotten where it cannot be kept up', async () => {
    const file = createStateFile(path);
    await file.announce(stateOf(1), ['payload-1']);
    await file.confirm();
    await file.announce(stateOf(2), ['payload-2']);
    await file.forget();
    expect(await readdir(folder)).to.deep.equal([]);
  });

  it('can be read by its owner only', async () => {
    const file = createStateFile(path);
    await file.announce(stateOf(1), ['payload-1']);
    await file.confirm();
    expect((await stat(path)).mode & 0o777).to.equal(0o600);
  });

  it('is set aside where it is none', async () => {
    for (const text of ['', 'a photograph', '{"payloadIds":["a"]}\n{"temporality":1}\n']) {
      await writeFile(path, text);
      const setAside = `${path}.unreadable`;
      expect(await restoreState(path, queueOf())).to.deep.equal({ state: undefined, setAside });
      expect(await readFile(setAside, 'utf8')).to.equal(text);
    }
  });

  it('is not what a killed process was writing, nor what nobody announced', async () => {
    const file = createStateFile(path);
    await file.announce(stateOf(1), ['payload-1']);
    await file.confirm();
    for (const text of ['', '{"payloadIds":["payl', '{}\n', '{"payloadIds":[3]}\n']) {
      await writeFile(`${path}.tmp`, text);
      await writeFile(`${path}.next`, text);
      expect(await restored('payload-1', '3')).to.equal(1);
      expect(await readdir(folder)).to.deep.equal(['temporality']);
    }
  });

  it('says why it cannot be written or read', async () => {
    const nowhere = join(folder, 'missing', 'temporality');
    const failure = await createStateFile(nowhere)
      .announce(stateOf(1), ['a'])
      .catch((error: NodeJS.ErrnoException) => error.code);
    expect(failure).to.equal('ENOENT');
    const folderItself = await restoreState(folder, queueOf()).catch(
      (error: NodeJS.ErrnoException) => error.code,
    );
    expect(folderItself).to.equal('EISDIR');
  });
});
