import type * as JsYaml from 'js-yaml';
import type { Entry, Node } from './node.ts';
import type { Location, Problem, Report } from './problem.ts';

type YamlEvent = JsYaml.Event;
type Js = typeof JsYaml;

export interface ParsedYaml {
  /** Undefined where the text is empty, or no YAML at all. */
  readonly root: Node | undefined;
  readonly problems: readonly Problem[];
}

/**
 * Parses one YAML document into a tree that knows where everything stands. `locate` turns an offset into a location.
 * Loads js-yaml (1.7 MB resident) at the first call: without a file nobody pays for it.
 */
export async function parseYaml(text: string, locate: (offset: number) => Location): Promise<ParsedYaml> {
  const js: Js = await import('js-yaml');
  const problems: Problem[] = [];
  try {
    const events = js.parseEvents(text, {});
    const root = buildTree(js, text, events, locate, (problem) => problems.push(problem));
    return { root, problems };
  } catch (error) {
    if (!(error instanceof js.YAMLException)) throw error;
    const offset = error.mark?.position ?? 0;
    const message = `not valid YAML: ${error.reason}${referenceHint(text, offset)}`;
    return { root: undefined, problems: [...problems, { location: locate(offset), message }] };
  }
}

/** A brace ends a plain scalar between braces and brackets, and what js-yaml says then does not help. */
function referenceHint(text: string, offset: number): string {
  const lineStart = Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
  return /[[{,].*\$\{/.test(text.slice(lineStart, offset + 1))
    ? ': inside [ ] and { } write "${…}" with quotes'
    : '';
}

/** Lines and columns of a file, both from 1. */
export function fileLocator(source: string, text: string): (offset: number) => Location {
  const lineStarts = [0];
  for (const match of text.matchAll(/\r\n|\r|\n/g)) lineStarts.push(match.index + match[0].length);
  return (offset) => {
    let low = 0;
    let high = lineStarts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { source, line: low + 1, column: offset - (lineStarts[low] ?? 0) + 1 };
  };
}

function buildTree(
  js: Js,
  text: string,
  events: readonly YamlEvent[],
  locate: (offset: number) => Location,
  report: Report,
): Node | undefined {
  const { DOCUMENT, SEQUENCE, SCALAR, ALIAS, POP } = js.EVENT_ID;
  const anchors = new Map<string, Node>();
  let next = 0;
  /** Where the last thing ended: nothing has no position of its own, so it stands there. */
  let reached = 0;

  const isEnd = (): boolean => (events[next]?.type ?? POP) === POP;
  const tagOf = (tagStart: number, tagEnd: number): string =>
    tagStart < 0 ? '' : text.slice(tagStart, tagEnd);

  function scalar(event: JsYaml.ScalarEvent): Node {
    const tag = tagOf(event.tagStart, event.tagEnd);
    const start = event.valueStart < 0 ? reached : scalarStart(js, text, event);
    reached = Math.max(reached, event.valueEnd, event.tagEnd, event.anchorEnd);
    const asText = tag === '!' || tag === '!!str';
    const location = locate(start);
    if (tag !== '' && !asText) report({ location, message: `the tag ${tag} is not supported: remove it` });
    const plain = event.style === js.SCALAR_STYLE.PLAIN && !asText;
    return { kind: 'scalar', text: js.getScalarValue(text, event), plain, location };
  }

  function sequence(event: JsYaml.SequenceEvent): Node {
    const location = locate(event.start);
    const items: Node[] = [];
    while (!isEnd()) {
      if (event.style === js.COLLECTION_STYLE.BLOCK) reached = dashAfter(text, reached);
      items.push(node());
    }
    next++;
    return { kind: 'sequence', items, location };
  }

  function mapping(event: JsYaml.MappingEvent): Node {
    const location = locate(event.start);
    const entries = new Map<string, Entry>();
    const merged: Entry[] = [];
    while (!isEnd()) {
      const key = node();
      const value = node();
      if (key.kind !== 'scalar') {
        report({ location: key.location, message: 'a list or a map cannot be a key: write a word' });
        continue;
      }
      const entry = { key: key.text, keyLocation: key.location, value };
      const first = entries.get(key.text);
      if (key.plain && key.text === '<<') merged.push(...mergeable(value, report));
      else if (first === undefined) entries.set(key.text, entry);
      else report(duplicate(entry, first));
    }
    next++;
    for (const entry of merged) if (!entries.has(entry.key)) entries.set(entry.key, entry);
    return { kind: 'mapping', entries: [...entries.values()], location };
  }

  function alias(event: JsYaml.AliasEvent): Node {
    const name = text.slice(event.anchorStart, event.anchorEnd);
    const location = locate(event.anchorStart - 1);
    reached = event.anchorEnd;
    const target = anchors.get(name);
    if (target !== undefined) return target;
    report({ location, message: `*${name} refers to an anchor that is not there: write &${name} before it` });
    return { kind: 'scalar', text: '', plain: true, location };
  }

  function node(): Node {
    const event = events[next++];
    if (event === undefined || event.type === DOCUMENT || event.type === POP)
      throw new Error('misplaced YAML event');
    if (event.type === ALIAS) return alias(event);
    reached = Math.max(reached, event.tagEnd, event.anchorEnd);
    const made =
      event.type === SCALAR ? scalar(event) : event.type === SEQUENCE ? sequence(event) : mapping(event);
    if (event.anchorStart >= 0) anchors.set(text.slice(event.anchorStart, event.anchorEnd), made);
    return made;
  }

  const documents: Node[] = [];
  while (next < events.length) {
    next++;
    anchors.clear();
    if (!isEnd()) documents.push(node());
    next++;
  }
  const written = documents.filter((root) => !(root.kind === 'scalar' && root.plain && root.text === ''));
  const [root, second] = written;
  if (second !== undefined) {
    report({
      location: second.location,
      message: 'a second YAML document: a configuration is one document, remove ---',
    });
  }
  return root;
}

/** Of the dash that begins the next item: past what may end the one before, blank lines and comments. */
function dashAfter(text: string, offset: number): number {
  const between = /(?:[\s"'\]},:]|#.*)*/y;
  between.lastIndex = offset;
  return offset + (between.exec(text)?.[0].length ?? 0);
}

/** Of the opening quote, of the block's indicator, or of the first character. */
function scalarStart(js: Js, text: string, { style, valueStart }: JsYaml.ScalarEvent): number {
  const { PLAIN, LITERAL_BLOCK, FOLDED_BLOCK } = js.SCALAR_STYLE;
  if (style === PLAIN) return valueStart;
  if (style !== LITERAL_BLOCK && style !== FOLDED_BLOCK) return valueStart - 1;
  return text.lastIndexOf(style === LITERAL_BLOCK ? '|' : '>', valueStart - 1);
}

function duplicate(entry: Entry, first: Entry): Problem {
  const { line } = first.keyLocation;
  const where = line === undefined ? 'before' : `on line ${line}`;
  const message = `the key ${JSON.stringify(entry.key)} was given ${where} already: remove one of the two`;
  return { location: entry.keyLocation, message };
}

/** What `<<` brings in: of one map, or of several, the first of which wins. */
function mergeable(value: Node, report: Report): readonly Entry[] {
  if (value.kind === 'mapping') return value.entries;
  if (value.kind === 'sequence' && value.items.every((item) => item.kind === 'mapping')) {
    return value.items.flatMap((item) => (item.kind === 'mapping' ? item.entries : []));
  }
  report({ location: value.location, message: 'expected a map, or a list of maps, after <<' });
  return [];
}
