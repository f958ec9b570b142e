export const componentKinds = ['receiver', 'processor', 'exporter'] as const;
export type ComponentKind = (typeof componentKinds)[number];

/** Names that mean another type: `otlp_http` for `otlphttp`. */
export type Aliases = Readonly<Record<string, string>>;

export interface ComponentId {
  /** `otlphttp/grafana`, aliases resolved. */
  readonly id: string;
  readonly type: string;
}

// As the Collector has it (component/identifiable.go), but no `=`: names go into `--set KEY=VALUE`.
const pattern = /^([A-Za-z][A-Za-z0-9_]{0,62})(\/[^\s/=\p{C}]{1,512})?$/u;

/** Reads `type` or `type/name`; undefined where the text is neither. */
export function parseComponentId(text: string, aliases: Aliases = {}): ComponentId | undefined {
  const match = pattern.exec(text);
  const written = match?.[1];
  if (written === undefined) return undefined;
  const type = (Object.hasOwn(aliases, written) ? aliases[written] : undefined) ?? written;
  return { id: `${type}${match?.[2] ?? ''}`, type };
}
