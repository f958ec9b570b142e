import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { startApiServer, type ApiServer } from './api-server.ts';
import { buildTimeoutMs, nameOf, objectsIn, prepareTools, root } from './manifests.ts';

const execute = promisify(execFile);

/** The real kubectl, and a server that knows only what a plain cluster knows. */
describe('kubectl', function () {
  this.timeout(60_000);
  let server: ApiServer;
  let home: string;

  before(function () {
    this.timeout(buildTimeoutMs);
    prepareTools();
  });

  beforeEach(async () => {
    server = await startApiServer();
    // What it caches of a server is for this server.
    home = mkdtempSync(join(tmpdir(), 'kubectl-'));
  });

  afterEach(async () => {
    await server?.close();
    rmSync(home, { recursive: true, force: true });
  });

  const kubectl = async (...args: readonly string[]): Promise<string> => {
    const all = ['--server', server.url, ...args];
    const { stdout } = await execute(join(prepareTools(), 'kubectl'), all, {
      cwd: root,
      env: { HOME: home, KUBECONFIG: '/dev/null' },
    });
    return stdout;
  };
  const made = (): readonly string[] => [...server.objects.values()].map(nameOf);
  const names = objectsIn('deploy').map(nameOf);

  it('apply -f deploy/ makes everything, the namespace first', async () => {
    const said = await kubectl('apply', '--validate=false', '-f', 'deploy/');
    expect(said.trim().split('\n')).to.have.length(names.length);
    expect(made()).to.deep.equal(names);
    expect(server.writes[0]).to.equal('POST /api/v1/namespaces');
  });

  it('apply -k deploy makes the same', async () => {
    await kubectl('apply', '--validate=false', '-k', 'deploy');
    expect(made()).to.have.members([...names]);
    expect(server.writes[0]).to.equal('POST /api/v1/namespaces');
  });

  it('delete -f deploy/ leaves nothing', async () => {
    await kubectl('apply', '--validate=false', '-f', 'deploy/');
    await kubectl('delete', '--wait=false', '-f', 'deploy/');
    expect(made()).to.deep.equal([]);
  });
});
