/** What is wrong with a configuration, and where. Problems are collected, not thrown: a person sees all of them at once. */

export interface Location {
  /** The file's name as it was given, or what else the text came from: `--set KEY`, `environment variable EBS_DEVICE`. */
  readonly source: string;
  /** From 1; absent where the source has no lines. */
  readonly line?: number;
  /** From 1, in characters. */
  readonly column?: number;
}

export interface Problem {
  readonly location: Location;
  /** What is wrong, and what would be right. */
  readonly message: string;
}

export type Report = (problem: Problem) => void;

/** `collector.yaml:12:5`: the form that editors and terminals turn into a link. */
export function formatLocation({ source, line, column }: Location): string {
  return [source, line, column].filter((part) => part !== undefined).join(':');
}

export function formatProblem({ location, message }: Problem): string {
  return `${formatLocation(location)}: ${message}`;
}

/** In the order of the file, then what came from elsewhere; without repetitions. */
export function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  const unique = new Map(problems.map((problem) => [formatProblem(problem), problem]));
  return [...unique.values()].sort(
    (a, b) =>
      Number(a.location.line === undefined) - Number(b.location.line === undefined) ||
      (a.location.line ?? 0) - (b.location.line ?? 0) ||
      (a.location.column ?? 0) - (b.location.column ?? 0),
  );
}
