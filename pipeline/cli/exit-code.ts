/** What the process says to whoever started it. */
export const exitCode = {
  done: 0,
  /** The configuration or the input is wrong. */
  wrongInput: 1,
  /** The command line is wrong. */
  wrongUsage: 2,
  /** It was all right and could not be done: a port that is taken, no permission. */
  couldNot: 3,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
