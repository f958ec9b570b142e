import type { Node, ScalarNode } from './node.ts';
import type { Report } from './problem.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

type Expansion = { readonly text: string; readonly substituted: boolean } | { readonly wrong: string };

const reference = /^([A-Za-z_][A-Za-z0-9_]*)(?::-([\s\S]*))?$/;
const provider = /^([A-Za-z][A-Za-z0-9+.-]*):/;

/** Index of the brace that closes the one before `start`, counting those of references inside; -1 where none does. */
function closingBrace(text: string, start: number): number {
  let depth = 1;
  for (let index = start; index < text.length; index++) {
    if (text.startsWith('${', index)) depth++;
    else if (text[index] === '}' && --depth === 0) return index;
  }
  return -1;
}

function lookUp(body: string, env: Environment): Expansion {
  if (!body.startsWith('env:')) {
    const named = provider.exec(body)?.[1];
    if (named !== undefined)
      return { wrong: `unknown provider "${named}" in \${${body}}: only \${env:NAME} is known` };
    const name = reference.exec(body)?.[1] === undefined ? 'NAME' : body;
    return {
      wrong: `\${${body}} names no provider: write \${env:${name}}, or $\${${body}} for the text itself`,
    };
  }
  const match = reference.exec(body.slice('env:'.length));
  const name = match?.[1];
  if (name === undefined)
    return { wrong: `\${${body}} names no variable: write \${env:NAME} or \${env:NAME:-default}` };
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  if (value !== undefined) return { text: value, substituted: true };
  const fallback = match?.[2];
  if (fallback === undefined) {
    return {
      wrong: `the variable ${name} is not set: set it, or give a default with \${env:${name}:-default}`,
    };
  }
  const inner = expandText(fallback, env);
  return 'wrong' in inner ? inner : { text: inner.text, substituted: true };
}

/** Expands `${env:NAME}`, `${env:NAME:-default}` (a variable that is set and empty is empty) and `$$`, as the Collector does. */
export function expandText(text: string, env: Environment): Expansion {
  let expanded = '';
  let substituted = false;
  for (let index = 0; index < text.length;) {
    const dollar = text.indexOf('$', index);
    if (dollar < 0) return { text: expanded + text.slice(index), substituted };
    expanded += text.slice(index, dollar);
    if (text[dollar + 1] === '$') {
      expanded += '$';
      index = dollar + 2;
    } else if (text[dollar + 1] === '{') {
      const end = closingBrace(text, dollar + 2);
      if (end < 0)
        return { wrong: 'a "${" is not closed: close it with }, or write $${ for the text itself' };
      const value = lookUp(text.slice(dollar + 2, end), env);
      if ('wrong' in value) return value;
      expanded += value.text;
      substituted = true;
      index = end + 1;
    } else {
      expanded += '$';
      index = dollar + 1;
    }
  }
  return { text: expanded, substituted };
}

function expandScalar(node: ScalarNode, env: Environment, report: Report): ScalarNode {
  if (!node.text.includes('$')) return node;
  const expansion = expandText(node.text, env);
  if ('wrong' in expansion) {
    report({ location: node.location, message: expansion.wrong });
    return { ...node, unresolved: true };
  }
  const { text, substituted } = expansion;
  return substituted ? { ...node, text, written: node.text } : { ...node, text };
}

/**
 * Expands every scalar of a tree. What a variable holds stays inside its scalar, whatever characters it has: it cannot
 * add keys, lists or documents. Keys are left as they are.
 */
export function expandTree(root: Node, env: Environment, report: Report): Node {
  // Aliases make the tree a graph: each node is expanded once, however often it is referred to.
  const done = new Map<Node, Node>();
  const expand = (node: Node): Node => {
    const known = done.get(node);
    if (known !== undefined) return known;
    const made = expandNode(node);
    done.set(node, made);
    return made;
  };
  const expandNode = (node: Node): Node => {
    if (node.kind === 'scalar') return expandScalar(node, env, report);
    if (node.kind === 'sequence') return { ...node, items: node.items.map(expand) };
    return { ...node, entries: node.entries.map((entry) => ({ ...entry, value: expand(entry.value) })) };
  };
  return expand(root);
}
