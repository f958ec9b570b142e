export const componentKinds = ['receiver', 'processor', 'exporter'] as const;
export type ComponentKind = (typeof componentKinds)[number];

/** Names that mean another type: `otlp_http` for `otlphttp`. */
export type Aliases = Readonly<Record<string, string>>;

export interface ComponentId {
  /** `otlphttp/grafana`, aliases resolved. */
  readonly id: string;
  readonly type: string;
}

// As the Collector has them (component/identifiable.go), but no `=` in a name: names go into `--set KEY=VALUE`.
const typePattern = /^[A-Za-z][A-Za-z0-9_]{0,62}$/;
/** Not used where there is no name: V8 takes 1.2 MiB to know what \p{C} is. */
const namePattern = /^[^\s/=\p{C}]{1,512}$/u;

/** Reads `type` or `type/name`; undefined where the text is neither. */
export function parseComponentId(text: string, aliases: Aliases = {}): ComponentId | undefined {
  const slash = text.indexOf('/');
  const written = slash === -1 ? text : text.slice(0, slash);
  if (!typePattern.test(written)) return undefined;
  const type = (Object.hasOwn(aliases, written) ? aliases[written] : undefined) ?? written;
  if (slash === -1) return { id: type, type };
  const name = text.slice(slash + 1);
  return namePattern.test(name) ? { id: `${type}/${name}`, type } : undefined;
}
