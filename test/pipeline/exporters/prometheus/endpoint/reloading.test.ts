import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  CredentialError,
  use,
} from '../../../../../pipeline/exporters/prometheus/endpoint/credential-files.ts';
import { createReloading } from '../../../../../pipeline/exporters/prometheus/endpoint/reloading.ts';
import { recordLog } from '../../../../fixtures/component-context.ts';
import { eventually } from '../../../../fixtures/eventually.ts';
import { createManualClock } from '../../../../fixtures/manual-clock.ts';

describe('credentials that are reloaded', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'ebs-nvme-collector-reloading-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function reloadingOf(name = 'token') {
    const path = join(folder, name);
    const clock = createManualClock();
    const { logger, lines } = recordLog();
    const counted: (string | undefined)[] = [];
    const changed: string[] = [];
    const create = () =>
      createReloading({
        what: 'list of tokens',
        files: [{ setting: 'auth.bearer_token_file', path }],
        parse: ([content]) =>
          use(`auth.bearer_token_file ${path}`, () => {
            const text = String(content);
            if (text.startsWith('bad')) throw new Error('that is bad');
            return text;
          }),
        intervalMs: 10_000,
        setTimer: clock.setTimer,
        logger,
        reloaded: (errorType) => counted.push(errorType),
        changed: (value) => changed.push(value),
      });
    /** Lets it look once. */
    const look = async () => {
      clock.advance(10_000);
      await eventually('a timer for the next look', clock.pending, (timers) => timers === 1);
    };
    const write = (text: string) => writeFileSync(path, text);
    return { path, clock, create, look, write, lines, counted, changed };
  }

  it('takes over what the file holds now, and later', async () => {
    const { create, look, write, lines, counted, changed, path } = reloadingOf();
    write('one');
    const reloading = create();
    reloading.watch();
    expect(reloading.current()).to.equal('one');
    await look();
    expect(counted).to.deep.equal([]);
    write('two');
    await look();
    expect(reloading.current()).to.equal('two');
    expect(changed).to.deep.equal(['two']);
    expect(counted).to.deep.equal([undefined]);
    expect(lines).to.have.length(1);
    expect(lines[0]).to.deep.include({ level: 'info', msg: 'took over a new list of tokens', files: [path] });
    reloading.stop();
  });

  it('goes on with the old where the new is wrong, and says so once', async () => {
    const { create, look, write, lines, counted, path } = reloadingOf();
    write('one');
    const reloading = create();
    reloading.watch();
    write('bad');
    await look();
    await look();
    expect(reloading.current()).to.equal('one');
    rmSync(path);
    await look();
    await look();
    expect(reloading.current()).to.equal('one');
    write('two');
    await look();
    expect(reloading.current()).to.equal('two');
    expect(counted).to.deep.equal(['invalid', 'ENOENT', undefined]);
    expect(lines.map(({ level, error }) => [level, error])).to.deep.equal([
      ['warn', `cannot use auth.bearer_token_file ${path}: that is bad`],
      ['warn', `cannot read auth.bearer_token_file ${path}: no such file`],
      ['info', undefined],
    ]);
    reloading.stop();
  });

  it('sees the link that Kubernetes switches', async () => {
    const generation = (name: string, text: string) => {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, 'token'), text);
      symlinkSync(name, join(folder, '..data.new'));
      renameSync(join(folder, '..data.new'), join(folder, '..data'));
    };
    generation('..2026_01', 'one');
    symlinkSync(join('..data', 'token'), join(folder, 'token'));
    const { create, look } = reloadingOf();
    const reloading = create();
    reloading.watch();
    generation('..2026_02', 'two');
    await look();
    expect(reloading.current()).to.equal('two');
    reloading.stop();
  });

  it('does not begin with a file that is wrong or missing', () => {
    const { create, write, path } = reloadingOf();
    expect(create).to.throw(CredentialError, `cannot read auth.bearer_token_file ${path}: no such file`);
    write('bad');
    expect(create).to.throw(CredentialError, `cannot use auth.bearer_token_file ${path}: that is bad`);
  });

  it('looks no more once it is stopped', () => {
    const { create, write, clock } = reloadingOf();
    write('one');
    const reloading = create();
    reloading.watch();
    expect(clock.pending()).to.equal(1);
    reloading.stop();
    expect(clock.pending()).to.equal(0);
  });
});
