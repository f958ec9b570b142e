import { string } from './scalars.ts';
import { checked, type Schema } from './schema.ts';

/** Where a file or folder is, whatever the working directory. */
export function absolutePath(): Schema<string> {
  return checked(string(), (value) =>
    value.startsWith('/') ? undefined : `expected an absolute path but received ${JSON.stringify(value)}`,
  );
}
