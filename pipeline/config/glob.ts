/** Globs on names: `*` stands for any characters, `?` for one, everything else for itself. Case matters. */

const special = /[\\^$.+()[\]{}|]/g;

function compile(pattern: string): RegExp {
  const source = pattern.replace(special, '\\$&').replace(/\*+/g, '.*').replace(/\?/g, '.');
  return new RegExp(`^${source}$`, 'su');
}

/** Whether a name matches any of the patterns. */
export function globMatcher(patterns: readonly string[]): (name: string) => boolean {
  const compiled = patterns.map(compile);
  return (name) => compiled.some((pattern) => pattern.test(name));
}

export interface GlobSelection {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** Whether a thing known by any of these names is selected: one name included, none excluded. */
export function globSelector({ include, exclude }: GlobSelection): (names: readonly string[]) => boolean {
  const included = globMatcher(include);
  const excluded = globMatcher(exclude);
  return (names) => names.some(included) && !names.some(excluded);
}
