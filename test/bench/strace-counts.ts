/** `strace -c` prints a table: % time, seconds, usecs/call, calls, errors where there are any, syscall. */
const line = /^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?([a-z]\w*)$/;

/** Calls by name, the most frequent first. */
export function parseStraceCounts(text: string): ReadonlyMap<string, number> {
  const counts = text.split('\n').flatMap((each): [string, number][] => {
    const [, count, name] = line.exec(each) ?? [];
    return count === undefined || name === undefined || name === 'total' ? [] : [[name, Number(count)]];
  });
  return new Map(counts.sort(([, a], [, b]) => b - a));
}
