import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** All that happened, in order, for who wants to know why the ledger does not balance. */
export interface Diary {
  note(who: string, what: string): void;
  /** The lines of so long before and after a moment, ms since the epoch. */
  around(atMs: number, ms: number): readonly string[];
  /** @returns the file that it is in now */
  write(): string;
}

const folder = join(import.meta.dirname, '../../build/soak');

export function createDiary(): Diary {
  const notes: { readonly atMs: number; readonly line: string }[] = [];
  return {
    note(who, what) {
      const atMs = Date.now();
      notes.push({ atMs, line: `${new Date(atMs).toISOString()} ${who}: ${what}` });
    },
    around: (atMs, ms) => notes.filter((note) => Math.abs(note.atMs - atMs) <= ms).map(({ line }) => line),
    write() {
      mkdirSync(folder, { recursive: true });
      const file = join(folder, 'diary.log');
      writeFileSync(file, notes.map(({ line }) => `${line}\n`).join(''));
      return file;
    },
  };
}
