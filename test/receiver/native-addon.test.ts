import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const addonModule = new URL('../../receiver/native-addon.ts', import.meta.url).href;

/** Loads the addon in a process of its own, with EBS_NVME_ADDON set, and gives back what it said. */
function load(path: string): string {
  const code = `import(${JSON.stringify(addonModule)}).then(({ nativeAddon }) => {
    try { console.log(Object.keys(nativeAddon()).join(' ')); } catch (error) { console.log(error.message); }
  });`;
  const env = { ...process.env, EBS_NVME_ADDON: path };
  return spawnSync(process.execPath, ['--import', 'tsx', '-e', code], { env, encoding: 'utf8' }).stdout;
}

describe('loading the native addon', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'native-addon-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('takes the one that was built where nothing else is said', () => {
    expect(load('')).to.equal(
      'prepareReading readStatistics identify decodeStatistics listFolder createPageText measurePage writePage connectReader listDevices replaceProcess exitProcess readFileSystem fields verdicts steps\n',
    );
  });

  it('looks nowhere else than where it is told to, and says how to build one', () => {
    const path = join(folder, 'missing.node');
    expect(load(path)).to.equal(
      `cannot load the native addon; build it with \`make build\`. Tried:\n  ${path}: no such file\n`,
    );
  });

  it('says why a file does not serve', () => {
    const path = join(folder, 'text.node');
    writeFileSync(path, 'not a library');
    expect(load(path)).to.contain(`${path}: ${path}: file too short`);
  });

  it('refuses one that was built from other sources', () => {
    const path = join(folder, 'old.cjs');
    writeFileSync(path, 'module.exports = { fields: {} };');
    expect(load(path)).to.contain(`${path}: built from other sources, without verdict, step`);
  });
});
