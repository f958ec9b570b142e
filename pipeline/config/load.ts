import { readFile } from 'node:fs/promises';
import { assemble } from './assemble.ts';
import { collectorSchema, definedIds, type CollectorConfig } from './collector-config.ts';
import type { ComponentSchemas } from './components.ts';
import { expandTree, type Environment } from './expand.ts';
import type { Node } from './node.ts';
import { readOtelEnvironment, type FromVariable, type OtelEnvironment } from './otel-env.ts';
import { parseOverride } from './override.ts';
import { sortProblems, type Problem } from './problem.ts';
import { unusedComponents } from './unused.ts';
import { fileLocator, parseYaml } from './yaml.ts';

export interface LoadOptions<S extends ComponentSchemas> {
  /** Path of the file; without one the default configuration holds. */
  readonly file?: string | undefined;
  /** What the file holds, where it was read already. */
  readonly text?: string | undefined;
  /** KEY=VALUE of each `--set`, in order. */
  readonly sets?: readonly string[] | undefined;
  /** What follows `--simulate`. */
  readonly simulate?: string | undefined;
  /** As the process was started: with the OTLP variables, which `consumeOtlpVariables` takes away. */
  readonly env: Environment;
  readonly schemas: S;
  /** Whether standard error is one: the log is for people then. */
  readonly isTerminal: boolean;
}

export type LoadResult<S extends ComponentSchemas> =
  | {
      readonly ok: true;
      readonly config: CollectorConfig<S>;
      /** What the standard variables say beyond the configuration: service name, resource attributes. */
      readonly otel: OtelEnvironment;
      readonly warnings: readonly Problem[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads, expands, assembles and checks a configuration. Never throws because of what it says: all problems at once. */
export async function loadConfig<S extends ComponentSchemas>(
  options: LoadOptions<S>,
): Promise<LoadResult<S>> {
  const { env, schemas, isTerminal } = options;
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const report = (problem: Problem) => void problems.push(problem);
  const warn = (problem: Problem) => void warnings.push(problem);

  const source = await readSource(options);
  if (source !== undefined && !source.ok) return { ok: false, problems: [source.problem] };
  const file = source?.name;
  const parsed =
    source === undefined ? undefined : await parseYaml(source.text, fileLocator(source.name, source.text));
  problems.push(...(parsed?.problems ?? []));
  const document = parsed?.root === undefined ? undefined : expandTree(parsed.root, env, report);
  const sets = await Promise.all((options.sets ?? []).map((text) => parseOverride(text, env)));
  problems.push(...sets.flatMap((set) => set.problems));
  // Where the text is no YAML, every further problem would be a consequence.
  if (problems.length > 0 && document === undefined && source !== undefined) return failed(problems);

  const otel = readOtelEnvironment(env);
  warnings.push(...otel.warnings);
  const overrides = sets.flatMap(({ override }) => override ?? []);
  const { simulate } = options;
  const root = assemble(
    { document, file, otel, devices: devicesOf(env), overrides, simulate, schemas },
    report,
    warn,
  );
  const outcome = check(root, schemas, isTerminal, report);
  if (!outcome.ok || problems.length > 0) return failed(problems);
  // The schemas of S gave each component its configuration: that its type tells which is what S says.
  const config = outcome.value as unknown as CollectorConfig<S>;
  warnings.push(...unusedComponents(outcome.value, root, schemas));
  return { ok: true, config, otel, warnings: sortProblems(warnings) };
}

function check(
  root: Node,
  schemas: ComponentSchemas,
  isTerminal: boolean,
  report: (problem: Problem) => void,
) {
  const schema = collectorSchema(schemas, definedIds(root, schemas), isTerminal);
  return schema.parse(root, { owner: '', path: '', location: root.location, report });
}

const failed = (problems: readonly Problem[]) => ({ ok: false, problems: sortProblems(problems) }) as const;

type Source =
  | { readonly ok: true; readonly name: string; readonly text: string }
  | { readonly ok: false; readonly problem: Problem };

/** What the system's codes mean to the person who named the file. */
const readFailures: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
  ENOTDIR: 'part of its path is not a directory',
};

async function readSource({
  file,
  text,
}: Pick<LoadOptions<ComponentSchemas>, 'file' | 'text'>): Promise<Source | undefined> {
  const name = file ?? 'collector.yaml';
  const withoutBom = (whole: string) => whole.replace(/^\uFEFF/, '');
  if (text !== undefined) return { ok: true, name, text: withoutBom(text) };
  if (file === undefined) return undefined;
  try {
    return { ok: true, name, text: withoutBom(await readFile(file, 'utf8')) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const reason = readFailures[code] ?? (error instanceof Error ? error.message : String(error));
    return {
      ok: false,
      problem: { location: { source: name }, message: `cannot read the configuration: ${reason}` },
    };
  }
}

/** `EBS_DEVICE=/dev/nvme1n1,/dev/nvme2n1` names devices, wherever the nodes are mounted. */
function devicesOf(env: Environment): FromVariable<readonly string[]> | undefined {
  const paths = (env.EBS_DEVICE ?? '').split(',').map((path) => path.trim().replace(/^.*\//, ''));
  const value = paths.filter((name) => name !== '');
  return value.length === 0 ? undefined : { value, variable: 'EBS_DEVICE' };
}
