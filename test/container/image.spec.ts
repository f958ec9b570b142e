import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { fetchText } from '../fixtures/http.ts';
import { buildah, buildImage, imageConfig, inContainer, type ImageConfig } from './buildah.ts';

const image = 'ebs-nvme-collector:test';
const version = '1.2.3-test';
const url = 'http://127.0.0.1:8090';
const minuteMs = 60_000;
/** What the package ships. */
const { files } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
  readonly files: readonly string[];
};

/** The process in the container: the innermost of those that buildah started. */
function innermost(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  const children = readdirSync(tasks).map((task) =>
    readFileSync(join(tasks, task, 'children'), 'utf8').trim(),
  );
  const child = children.find((list) => list !== '');
  return child === undefined ? pid : innermost(Number(child));
}

async function untilServed(collector: ChildProcess): Promise<void> {
  let log = '';
  collector.stderr?.setEncoding('utf8').on('data', (text: string) => (log += text));
  for (;;) {
    const answer = await fetchText(`${url}/readyz`).catch(() => undefined);
    if (answer?.status === 200) return;
    if (collector.exitCode !== null) throw new Error(`the collector ended:\n${log}`);
    await sleep(100);
  }
}

describe('the container image', function () {
  this.timeout(15 * minuteMs);
  let config: ImageConfig;
  let container: string;

  before(() => {
    buildImage(image, { VERSION: version, REVISION: 'abc' });
    config = imageConfig(image);
    container = buildah('from', '--pull-never', image);
    // No test may ask the real metadata address.
    buildah('config', '--env', 'AWS_EC2_METADATA_DISABLED=true', container);
  });

  after(() => {
    buildah('rm', container);
    buildah('rmi', '--force', image);
    buildah('rmi', '--prune');
  });

  it('says what it is', () => {
    expect(config.Labels).to.include({
      'org.opencontainers.image.title': 'ebs-nvme-collector',
      'org.opencontainers.image.licenses': 'Apache-2.0',
      'org.opencontainers.image.version': version,
      'org.opencontainers.image.revision': 'abc',
    });
    expect(config.ExposedPorts).to.have.all.keys('8090/tcp');
  });

  it('starts the collector without a shell, as a user of no name', () => {
    expect(config.Entrypoint).to.deep.equal(['/opt/ebs-nvme-collector/dist/ebs-nvme-collector.js']);
    expect(config.Cmd).to.deep.equal(['run']);
    expect(config.User).to.match(/^[1-9]\d*:[1-9]\d*$/);
  });

  it('holds what runs, and not what builds', () => {
    const folder = join(buildah('mount', container), 'opt/ebs-nvme-collector');
    expect(readdirSync(folder)).to.have.members(['LICENSE', 'build', 'dist', 'package.json']);
    expect(readdirSync(join(folder, 'dist'))).to.include('THIRD-PARTY-NOTICES.txt');
    const built = files.filter((file) => file.startsWith('build/'));
    expect(readdirSync(join(folder, 'build/Release')).map((name) => `build/Release/${name}`)).to.have.members(
      built,
    );
    const compiler = spawnSync(...inContainer(container, ['which', 'c++', 'cmake']));
    expect(compiler.stdout.toString()).to.equal('');
  });

  it('has the reader for a container of its own', () => {
    const reader = '/opt/ebs-nvme-collector/build/Release/ebs-nvme-reader';
    const told = spawnSync(...inContainer(container, [reader, '--help']), { encoding: 'utf8' });
    expect(`${told.stdout}${told.stderr}`).to.include('ebs-nvme-reader listen');
    // It is the container's library that it needs, and a folder for its socket.
    const refused = spawnSync(...inContainer(container, [reader, 'listen', '/nowhere/reader.sock']), {
      encoding: 'utf8',
    });
    expect(refused.status).to.equal(3);
    expect(refused.stderr).to.include('/nowhere/reader.sock');
  });

  it('serves its metrics, is healthy by its own check, and flushes and ends at SIGTERM', async () => {
    const args = [...config.Entrypoint, ...config.Cmd, '--simulate', '3'];
    const collector = spawn(...inContainer(container, args), { stdio: ['ignore', 'ignore', 'pipe'] });
    try {
      const exit = once(collector, 'exit');
      await untilServed(collector);
      const { body } = await fetchText(`${url}/metrics`);
      expect(body).to.match(/^ebs_total_read_ops_total\{.*simulated="true".*\} \d+$/m);
      expect(body).to.match(/^target_info\{.*service_version="/m);

      const [kind, ...check] = config.Healthcheck.Test;
      expect(kind).to.equal('CMD');
      expect(spawnSync(...inContainer(container, check)).status).to.equal(0);

      process.kill(innermost(Number(collector.pid)), 'SIGTERM');
      expect((await exit)[0]).to.equal(0);
      expect(spawnSync(...inContainer(container, check)).status).to.equal(1);
    } finally {
      if (collector.exitCode === null) process.kill(innermost(Number(collector.pid)), 'SIGKILL');
    }
  });
});
