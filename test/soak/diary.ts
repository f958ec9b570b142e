import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** All that happened, in order, for who wants to know why the ledger does not balance. */
export interface Diary {
  note(who: string, what: string): void;
  /** @returns the file that it is in now */
  write(): string;
}

const folder = join(import.meta.dirname, '../../build/soak');

export function createDiary(): Diary {
  const lines: string[] = [];
  return {
    note: (who, what) => void lines.push(`${new Date().toISOString()} ${who}: ${what}`),
    write() {
      mkdirSync(folder, { recursive: true });
      const file = join(folder, 'diary.log');
      writeFileSync(file, `${lines.join('\n')}\n`);
      return file;
    },
  };
}
