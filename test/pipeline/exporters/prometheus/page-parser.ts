/**
 * A small strict reader of both exposition formats, written from their specifications and knowing nothing of the writer.
 * It throws at what a scraper might only forgive.
 */

export interface ParsedSample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

export interface ParsedFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly unit: string | undefined;
  readonly samples: readonly ParsedSample[];
}

export type Dialect = 'text' | 'openmetrics';

const suffixes: Readonly<Record<Dialect, Readonly<Record<string, readonly string[]>>>> = {
  text: { counter: [''], gauge: [''], histogram: ['_bucket', '_sum', '_count'] },
  openmetrics: {
    counter: ['_total', '_created'],
    gauge: [''],
    info: ['_info'],
    histogram: ['_bucket', '_sum', '_count', '_created'],
  },
};

function unescape(text: string, allowed: string): string {
  let result = '';
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (character !== '\\') {
      if (character === '"' && allowed.includes('"')) throw new Error(`bare quote in ${text}`);
      result += character;
      continue;
    }
    const next = text[++i] ?? '';
    if (!allowed.includes(next)) throw new Error(`unknown escape \\${next} in ${text}`);
    result += next === 'n' ? '\n' : next;
  }
  return result;
}

function parseLabels(text: string): Map<string, string> {
  const labels = new Map<string, string>();
  let rest = text;
  while (rest !== '') {
    const match = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"(,|$)/s.exec(rest);
    if (match === null) throw new Error(`no label at ${rest}`);
    const [whole, name = '', value = ''] = match;
    if (labels.has(name)) throw new Error(`label ${name} twice in ${text}`);
    labels.set(name, unescape(value, '\\n"'));
    rest = rest.slice(whole.length);
  }
  return labels;
}

function parseValue(text: string): number {
  if (text === '+Inf') return Infinity;
  if (text === '-Inf') return -Infinity;
  if (text === 'NaN') return NaN;
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text)) throw new Error(`no number: ${text}`);
  return Number(text);
}

export function parseSample(line: string): ParsedSample {
  const match = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/s.exec(line);
  if (match === null) throw new Error(`no sample: ${line}`);
  const [, name = '', labels = '', value = ''] = match;
  return { name, labels: parseLabels(labels), value: parseValue(value) };
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1;
}

interface Open {
  readonly name: string;
  type?: string;
  help?: string;
  unit?: string;
  readonly samples: ParsedSample[];
}

function add(open: Open, line: string, dialect: Dialect): void {
  const [, keyword = '', rest = ''] = /^# (HELP|TYPE|UNIT) \S+ ?(.*)$/s.exec(line) ?? [];
  const set = (key: 'type' | 'help' | 'unit', value: string) => {
    if (open[key] !== undefined) throw new Error(`${keyword} of ${open.name} twice`);
    if (open.samples.length > 0) throw new Error(`${keyword} of ${open.name} after its samples`);
    open[key] = value;
  };
  if (keyword === 'HELP') set('help', unescape(rest, dialect === 'text' ? '\\n' : '\\n"'));
  else if (keyword === 'TYPE') set('type', rest);
  else if (keyword === 'UNIT' && dialect === 'openmetrics') set('unit', rest);
  else throw new Error(`no such comment: ${line}`);
}

export function parsePage(page: string, dialect: Dialect): ReadonlyMap<string, ParsedFamily> {
  if (!page.endsWith('\n')) throw new Error('the last line does not end');
  const lines = page.slice(0, -1).split('\n');
  if (dialect === 'openmetrics' && lines.pop() !== '# EOF') throw new Error('no # EOF at the end');
  const families = new Map<string, Open>();
  const seen = new Set<string>();
  let open: Open | undefined;
  for (const line of lines) {
    if (line === '') throw new Error('blank line');
    if (line.startsWith('#')) {
      const name = line.split(' ')[2] ?? '';
      if (open?.name !== name) {
        if (families.has(name)) throw new Error(`${name} is in two places`);
        open = { name, samples: [] };
        families.set(name, open);
      }
      add(open, line, dialect);
      continue;
    }
    const sample = parseSample(line);
    const allowed = suffixes[dialect][open?.type ?? ''] ?? [];
    if (open === undefined || !allowed.some((suffix) => sample.name === open?.name + suffix)) {
      throw new Error(`sample ${sample.name} does not belong to ${open?.name} (${open?.type})`);
    }
    const identity = `${sample.name} ${JSON.stringify([...sample.labels].sort(byName))}`;
    if (seen.has(identity)) throw new Error(`series twice: ${identity}`);
    seen.add(identity);
    open.samples.push(sample);
  }
  return new Map(
    Array.from(families.values(), ({ name, type = '', help = '', unit, samples }) => {
      if (type === '') throw new Error(`${name} has no TYPE`);
      if (unit !== undefined && !name.endsWith(`_${unit}`))
        throw new Error(`${name} does not end with ${unit}`);
      return [name, { name, type, help, unit, samples }];
    }),
  );
}
