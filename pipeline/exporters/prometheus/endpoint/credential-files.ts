import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileReason } from '../../../file-reason.ts';

/** A file with credentials, and the key of the configuration that names it. */
export interface CredentialFile {
  /** `tls.cert_file` */
  readonly setting: string;
  readonly path: string;
}

/** What the files hold, in the order in which they were named. */
export type Contents = readonly Buffer[];

/** The files cannot be read, or hold what cannot be used. */
export class CredentialError extends Error {
  override readonly name = 'CredentialError';
  /** An errno, or `invalid`. */
  readonly errorType: string;

  constructor(errorType: string, message: string, cause: unknown) {
    super(message, { cause });
    this.errorType = errorType;
  }
}

function unreadable({ setting, path }: CredentialFile, error: unknown): CredentialError {
  const { code = 'invalid' } = error as NodeJS.ErrnoException;
  return new CredentialError(code, `cannot read ${setting} ${path}: ${fileReason(error)}`, error);
}

/** @throws CredentialError */
export function readNow(files: readonly CredentialFile[]): Contents {
  return files.map((file) => {
    try {
      return readFileSync(file.path);
    } catch (error) {
      throw unreadable(file, error);
    }
  });
}

/** The same without holding up anything: the files may be on a network. */
export function read(files: readonly CredentialFile[]): Promise<Contents> {
  return Promise.all(
    files.map((file) =>
      readFile(file.path).catch((error: unknown) => Promise.reject(unreadable(file, error))),
    ),
  );
}

/** @throws CredentialError that names what was made of the files */
export function use<T>(what: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new CredentialError('invalid', `cannot use ${what}: ${(error as Error).message}`, error);
  }
}
