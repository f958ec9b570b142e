import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openDeltas, type DeltasOptions } from '../../../../pipeline/exporters/otlphttp/deltas.ts';
import { createStateFile, stateName } from '../../../../pipeline/exporters/temporality/state-file.ts';
import { recordLog } from '../../../fixtures/component-context.ts';
import { collection, converterOf, push, reading } from '../temporality/converting.ts';
import { at } from '../temporality/world.ts';

describe('deltas at the start of an exporter', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deltas-'));
    path = join(folder, stateName);
  });
  afterEach(() => rm(folder, { recursive: true }));

  const { logger, lines } = recordLog();
  const open = (options: Partial<DeltasOptions> = {}) =>
    openDeltas({
      temporality: 'delta',
      statePath: path,
      queue: { hasAll: async () => true, takeBack: async () => undefined },
      inherited: undefined,
      nothingSentAfterMs: 100_250.5,
      bootId: 'boot',
      logger,
      ...options,
    });
  /** What an exporter left that had seen 5. */
  const leave = async (): Promise<void> => {
    const delta = converterOf().compute(collection(reading(5, at(110))));
    const file = createStateFile(path);
    await file.announce(delta.stateAfter(), ['a']);
    await file.confirm();
  };
  const firstOf = async (options?: Partial<DeltasOptions>): Promise<string[]> => {
    const deltas = await open(options);
    return deltas === undefined ? ['totals'] : push(deltas.converter, collection(reading(8, at(120))));
  };

  it('are none where totals are pushed', async () => {
    expect(await open({ temporality: 'cumulative', statePath: undefined })).to.equal(undefined);
  });

  it('go on where an earlier process left them', async () => {
    await leave();
    expect(await firstOf()).to.deep.equal(['3 in 110..120']);
  });

  it('begin anew where nobody knows, and where nothing is kept', async () => {
    expect(await firstOf()).to.deep.equal([]);
    await leave();
    expect(await firstOf({ statePath: undefined })).to.deep.equal([]);
    expect((await open({ statePath: undefined }))?.state).to.equal(undefined);
  });

  it('are whole of what began since nothing was sent', async () => {
    const deltas = await open();
    const volumes = collection(reading(4, at(120), [100, 250_400_000]));
    expect(push(deltas!.converter, volumes)).to.deep.equal([]);
    const another = await open();
    const later = collection(reading(4, at(120), [100, 250_600_000]));
    expect(push(another!.converter, later)).to.deep.equal(['4 in 100..120']);
  });

  it('go on with those of the exporter before in this process', async () => {
    const inherited = converterOf();
    push(inherited, collection(reading(6, at(115))));
    expect(await firstOf({ inherited })).to.deep.equal(['2 in 115..120']);
  });

  it('are forgotten while totals are pushed: they would count again what is pushed meanwhile', async () => {
    await leave();
    await open({ temporality: 'cumulative' });
    expect(await readdir(folder)).to.deep.equal([]);
    expect(await firstOf()).to.deep.equal([]);
  });

  it('begin anew where what was kept is torn, which is set aside', async () => {
    await writeFile(path, 'torn');
    expect(await firstOf()).to.deep.equal([]);
    expect(await readdir(folder)).to.deep.equal([`${stateName}.unreadable`]);
    expect(lines.map(({ level, msg, file }) => ({ level, msg, file }))).to.deep.equal([
      {
        level: 'warn',
        msg: 'what was kept of deltas is torn: it is set aside, and they begin anew',
        file: `${path}.unreadable`,
      },
    ]);
  });

  it('do not begin where the disk does not say', async () => {
    const failure = await open({ statePath: join(folder, 'file', stateName) }).catch(() => 'nothing there');
    expect(failure).not.to.equal('nothing there');
    const unreadable = await open({ statePath: folder }).catch((error: Error) => error.message);
    expect(unreadable).to.include(`cannot use ${folder}: EISDIR`);
  });
});
