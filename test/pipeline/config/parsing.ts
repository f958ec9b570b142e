import type { Node } from '../../../pipeline/config/node.ts';
import { formatProblem, type Problem } from '../../../pipeline/config/problem.ts';
import type { Schema } from '../../../pipeline/config/schemas/schema.ts';
import { fileLocator, parseYaml } from '../../../pipeline/config/yaml.ts';

/** The tree of a text, which must be one. */
export async function tree(text: string): Promise<Node> {
  const { root, problems } = await parseYaml(text, fileLocator('f.yaml', text));
  if (root === undefined || problems.length > 0) throw new Error(problems.map(formatProblem).join('\n'));
  return root;
}

export type Parsed<T> = { readonly value: T } | { readonly problems: readonly string[] };

/** What a schema makes of a text, as the configuration of exporter x. */
export async function parseWith<T>(schema: Schema<T>, text: string): Promise<Parsed<T>> {
  const root = await tree(text);
  const problems: Problem[] = [];
  const report = (problem: Problem) => void problems.push(problem);
  const outcome = schema.parse(root, { owner: 'exporter x', path: '', location: root.location, report });
  return outcome.ok ? { value: outcome.value } : { problems: problems.map(formatProblem) };
}
