import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { startApiServer, type ApiServer } from '../kubernetes/api-server.ts';
import {
  buildTimeoutMs,
  nameOf,
  objectsIn,
  objectsOf,
  outputOf,
  prepareTools,
  root,
  run,
  textOf,
  type KubernetesObject,
} from '../kubernetes/manifests.ts';

const execute = promisify(execFile);
const document = textOf('docs/opentelemetry-collector.md');
const blocks = (language: string): readonly string[] =>
  [...document.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, block = '']) => block,
  );
const commands = blocks('sh').filter((block) => block.includes('kubectl'));

/** What docs/opentelemetry-collector.md has people type; that for a machine is in test/e2e/. */
describe('docs/opentelemetry-collector.md', function () {
  this.timeout(60_000);
  let folder: string;
  let server: ApiServer;

  before(function () {
    this.timeout(buildTimeoutMs);
    prepareTools();
  });

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'document-'));
    server = await startApiServer();
  });

  afterEach(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('names files and folders that are there', () => {
    const named = [...document.matchAll(/\bdeploy\/[\w./-]*\w/g)].map(([path]) => path);
    const linked = [...document.matchAll(/\]\(([^)#]+)(?:#[\w-]+)?\)/g)].map(([, path = '']) =>
      join('docs', path),
    );
    expect(named.length).to.be.greaterThan(5);
    expect([...named, ...linked].filter((path) => !existsSync(join(root, path)))).to.deep.equal([]);
  });

  it('shows a kustomization that builds', () => {
    const own = join(folder, 'own');
    mkdirSync(own);
    const example = blocks('yaml').find((block) => block.startsWith('# kustomization.yaml')) ?? '';
    writeFileSync(
      join(own, 'kustomization.yaml'),
      example.replaceAll('../ebs-nvme-collector', relative(own, root)),
    );
    const built = outputOf('kubectl', ['kustomize', own]);
    expect(run('validate', ['-'], built).stderr).to.equal('');
    expect(objectsOf(built).map(nameOf)).to.include('Deployment opentelemetry-gateway');
  });

  for (const command of commands) {
    const [first = ''] = command.split('\n');
    it(`has commands that work: ${first}`, async () => {
      const real = `${join(prepareTools(), 'kubectl')} --server ${server.url}`;
      const stand = `#!/bin/sh
case $1 in
  # What a server would check, the strict validation has checked.
  apply) exec ${real} "$@" --validate=false ;;
  # It speaks no protobuf.
  create) ${real} "$@" --dry-run=client --output=yaml | ${real} apply --validate=false -f - ;;
esac
`;
      writeFileSync(join(folder, 'kubectl'), stand, { mode: 0o755 });
      await execute('sh', ['-eu', '-c', command], {
        cwd: root,
        env: {
          PATH: [folder, process.env['PATH']].join(delimiter),
          HOME: folder,
          KUBECONFIG: '/dev/null',
        },
      });
      const applied = [...command.matchAll(/-f (\S+)/g)].flatMap(([, part = '']) => objectsIn(part));
      const secrets = [...command.matchAll(/create secret generic (\S+)/g)].map(
        ([, name]) => `Secret ${name}`,
      );
      const made = [...server.objects.values()];
      expect(made.map(nameOf)).to.have.members([...new Set([...applied.map(nameOf), ...secrets])]);
      const ours = ({ kind, metadata }: KubernetesObject) =>
        kind === 'ConfigMap' && metadata.name === 'ebs-nvme-collector';
      expect(made.find(ours)?.['data']).to.deep.equal(applied.findLast(ours)?.['data']);
    });
  }

  it('names the versions that the tree has', () => {
    const { version } = JSON.parse(textOf('package.json')) as { version: string };
    expect(document).to.include(`newTag: ${version} }`);
    const [, image] = /otel\/opentelemetry-collector-contrib:([\d.]+)/.exec(document) ?? [];
    expect(textOf('test/opentelemetry-collector/builder.yaml')).to.include(`version: ${image}`);
  });
});
