import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Images without a registry and without a container runtime: to root, `chroot` is isolation enough. */

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Holds the stand-in of the base image between runs. The machine's own images stay as they are. */
const storage = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'ebs-nvme-collector/containers',
);
const command = ['buildah', '--root', join(storage, 'root'), '--runroot', join(storage, 'run')];

function execute(program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): string {
  const maxBuffer = 64 * 1024 * 1024;
  return execFileSync(program, args, { cwd: root, encoding: 'utf8', stdio: 'pipe', maxBuffer, env }).trim();
}

export function buildah(...args: readonly string[]): string {
  const [program = '', ...options] = command;
  return execute(program, [...options, ...args]);
}

/** Program and arguments that run `args` in a container. */
export function inContainer(container: string, args: readonly string[]): [string, string[]] {
  const [program = '', ...options] = command;
  return [program, [...options, 'run', '--isolation', 'chroot', container, '--', ...args]];
}

/**
 * Builds the project's Dockerfile.
 * @throws with what buildah said
 */
export function buildImage(name: string, buildArguments: Readonly<Record<string, string>>): void {
  const base = /^ARG NODE_IMAGE=(\S+)$/m.exec(readFileSync(join(root, 'Dockerfile'), 'utf8'))?.[1];
  if (base === undefined) throw new Error('the Dockerfile names no base: ARG NODE_IMAGE=NAME');
  mkdirSync(storage, { recursive: true });
  execute(join(root, 'test/container/base-image.sh'), [base], { ...process.env, BUILDAH: command.join(' ') });
  const given = Object.entries(buildArguments).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`]);
  buildah(
    ...['build', '--pull-never', '--isolation', 'chroot', '--network', 'host', '--format', 'docker'],
    ...given,
    ...['--tag', name, '.'],
  );
}

/** What an image says of itself, as far as it is looked at here. */
export interface ImageConfig {
  readonly User: string;
  readonly ExposedPorts: Readonly<Record<string, unknown>>;
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly Labels: Readonly<Record<string, string>>;
  readonly Healthcheck: { readonly Test: readonly string[] };
}

export function imageConfig(name: string): ImageConfig {
  const { Docker } = JSON.parse(buildah('inspect', '--type', 'image', name)) as {
    Docker: { config: ImageConfig };
  };
  return Docker.config;
}
