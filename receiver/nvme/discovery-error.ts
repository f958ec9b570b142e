/** Why sysfs cannot be looked at, by errno, and what to do. */
const reasons: Readonly<Record<string, string>> = {
  EMFILE: 'too many open files (raise the limit: `ulimit -n`, `LimitNOFILE=`)',
  ENFILE: 'too many open files on the machine (raise `fs.file-max`)',
  EACCES: 'permission denied (who runs the collector must be able to read it)',
  ENOTDIR: 'it is no folder (set `sys_path` to where sysfs is mounted)',
  ENOMEM: 'the machine has no memory left',
};

/** An error for people: what happened, to what, what to do. */
export function discoveryError(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const { code, path } = error as NodeJS.ErrnoException;
  const reason = code === undefined ? undefined : reasons[code];
  if (reason === undefined || path === undefined) return error;
  return new Error(`cannot list ${path}: ${reason}`, { cause: error });
}
