/** A line of /proc/self/mountinfo. */
export interface Mount {
  /** Of this mount; another one at the same place has another. */
  readonly id: number;
  readonly mountPoint: string;
  readonly fileSystem: string;
  /** What is mounted, in the file system's words: `/dev/nvme1n1`, `10.0.0.7:/exports`. */
  readonly source: string;
}

/** Blanks and backslashes are written in octal: `\040`. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/**
 * What is mounted, by mount point; of several mounts at one place the one on top. The kernel writes it from its own
 * tables and asks no file system, so that nothing here can hang.
 * https://docs.kernel.org/filesystems/proc.html#proc-pid-mountinfo-information-about-mounts
 *
 * @param keep whether a mount point is of interest, as it is written
 */
export function parseMountinfo(
  text: string,
  keep: (mountPoint: string) => boolean,
): ReadonlyMap<string, Mount> {
  const mounts = new Map<string, Mount>();
  for (const line of text.split('\n')) {
    const [id, , , , mountPoint] = line.split(' ', 5);
    if (mountPoint === undefined || !keep(mountPoint)) continue;
    // Any number of optional fields stand before the dash.
    const dash = line.indexOf(' - ');
    if (dash === -1) continue;
    const [fileSystem = '', source = ''] = line.slice(dash + 3).split(' ', 2);
    const at = unescaped(mountPoint);
    mounts.set(at, { id: Number(id), mountPoint: at, fileSystem, source: unescaped(source) });
  }
  return mounts;
}
