import { readFile, stat } from 'node:fs/promises';

/** Reads a file that others replace while we run; the same text object as long as it stays. */
export interface WatchedFile {
  /** @throws where it cannot be read */
  read(): Promise<string>;
  /** Reads it anew the next time, whatever it looks like. */
  forget(): void;
}

/**
 * The kubelet replaces a token or certificate by pointing a link elsewhere, so that file and time are others. Looked
 * at before every use: a request each now and then makes watching more dear than looking.
 */
export function watchFile(path: string, onChange: () => void): WatchedFile {
  let known: { readonly version: string; readonly text: string } | undefined;
  return {
    async read() {
      const { mtimeMs, ino, size } = await stat(path);
      const version = `${mtimeMs} ${ino} ${size}`;
      if (known?.version !== version) {
        const text = await readFile(path, 'utf8');
        if (known !== undefined && known.text !== text) onChange();
        known = { version, text };
      }
      return known.text;
    },
    forget() {
      if (known !== undefined) known = { version: '', text: known.text };
    },
  };
}
