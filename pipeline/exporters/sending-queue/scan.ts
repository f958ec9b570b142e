import { join } from 'node:path';
import type { Logger } from '../../telemetry/logger.ts';
import type { Birth } from './bounds.ts';
import { isPassing, type FileSystem } from './file-system.ts';
import { lockFile } from './lock.ts';
import { headBytes, readHead } from './record.ts';

const payloadFile = /^(\d{15})\.payload$/;
const tornFile = /^(\d{15})\.torn$/;
/** What cannot be sent is kept for people, not for ever. */
const tornFilesKept = 10;
/** Heads read at the same time: as many as Node has threads for. */
const readsAtOnce = 4;

const baseName = (sequence: number): string => String(sequence).padStart(15, '0');
export const payloadName = (sequence: number): string => `${baseName(sequence)}.payload`;
export const tornName = (sequence: number): string => `${baseName(sequence)}.torn`;

/** A payload that an earlier process left. Its body may be torn still. */
export interface FoundPayload {
  readonly sequence: number;
  readonly id: string;
  readonly sizeBytes: number;
  readonly dataPoints: number;
  readonly birth: Birth;
}

export interface Findings {
  /** Oldest first. */
  readonly payloads: readonly FoundPayload[];
  /** The greatest number that a file has; 0 where none has one. */
  readonly lastSequence: number;
}

/** A queue's directory, and who may look into it. */
export interface QueuePlace {
  readonly directory: string;
  /** Whose files are the queue's. */
  readonly userId: number;
  /** Names of files that others keep beside the queue. */
  readonly neighbours: RegExp | undefined;
}

/**
 * What is in a queue's directory. What is torn is set aside, what is not the queue's is left alone; the log has a line.
 * @throws where the directory cannot be read
 */
export async function scanDirectory(
  fileSystem: FileSystem,
  { directory, userId, neighbours }: QueuePlace,
  logger: Logger,
): Promise<Findings> {
  const names = (await fileSystem.list(directory)).toSorted();
  const findings = await inBatches(
    names.filter((name) => payloadFile.test(name)),
    (name) => look(fileSystem, directory, name, userId),
  );
  const named = (kind: Finding['kind']) =>
    findings.flatMap((each) => (each.kind === kind ? [each.name] : []));
  const torn = named('torn');
  const known = (name: string): boolean => isOurs(name) || neighbours?.test(name) === true;
  const foreign = [...names.filter((name) => !known(name)), ...named('foreign')];
  if (torn.length > 0) await setAsideAll(fileSystem, directory, torn);
  await removeOldTorn(fileSystem, directory);
  if (torn.length > 0) {
    logger.warn('requests in the queue are torn, as after a crash: they are set aside as *.torn', {
      directory,
      files: torn.length,
    });
  }
  if (foreign.length > 0) {
    logger.warn("files in the queue's directory are not the queue's: they are left alone", {
      directory,
      files: foreign.length,
      first: foreign[0],
    });
  }
  return {
    payloads: findings.flatMap((finding) => (finding.kind === 'payload' ? [finding.payload] : [])),
    lastSequence: names.reduce((greatest, name) => Math.max(greatest, sequenceOf(name)), 0),
  };
}

function isOurs(name: string): boolean {
  return [payloadFile, tornFile, lockFile].some((ours) => ours.test(name));
}

function sequenceOf(name: string): number {
  return Number((payloadFile.exec(name) ?? tornFile.exec(name))?.[1] ?? 0);
}

type Finding =
  | { readonly kind: 'payload'; readonly name: string; readonly payload: FoundPayload }
  | { readonly kind: 'torn' | 'foreign'; readonly name: string };

async function look(
  fileSystem: FileSystem,
  directory: string,
  name: string,
  userId: number,
): Promise<Finding> {
  const path = join(directory, name);
  const { kind, sizeBytes, ownerId } = await fileSystem.inspect(path);
  if (kind !== 'file' || ownerId !== userId) return { kind: 'foreign', name };
  try {
    const head = readHead(await fileSystem.read(path, headBytes), sizeBytes);
    if (head === undefined) return { kind: 'torn', name };
    return { kind: 'payload', name, payload: { sequence: sequenceOf(name), sizeBytes, ...head } };
  } catch (error) {
    if (isPassing(error)) throw error;
    return { kind: 'torn', name };
  }
}

async function inBatches<T, R>(items: readonly T[], map: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += readsAtOnce) {
    results.push(...(await Promise.all(items.slice(at, at + readsAtOnce).map(map))));
  }
  return results;
}

/** What cannot be set aside is torn at the next start too. */
async function setAsideAll(
  fileSystem: FileSystem,
  directory: string,
  names: readonly string[],
): Promise<void> {
  for (const name of names) {
    await fileSystem
      .rename(join(directory, name), join(directory, tornName(sequenceOf(name))))
      .catch(() => undefined);
  }
  await fileSystem.syncDirectory(directory).catch(() => undefined);
}

async function removeOldTorn(fileSystem: FileSystem, directory: string): Promise<void> {
  const torn = (await fileSystem.list(directory)).filter((name) => tornFile.test(name)).toSorted();
  for (const name of torn.slice(0, -tornFilesKept)) {
    await fileSystem.remove(join(directory, name)).catch(() => undefined);
  }
}
