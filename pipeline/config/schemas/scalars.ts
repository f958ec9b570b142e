import { describeNode, isNull, type Node, type ScalarNode } from '../node.ts';
import { suggestion } from '../suggestion.ts';
import { accepted, reject, rejectNode, type Outcome, type Printable, type Schema } from './schema.ts';

interface ScalarKind<T> {
  readonly type: string;
  readonly expected: string;
  /** The value, or undefined where the text is not one. */
  readonly read: (node: ScalarNode) => T | undefined;
  /** What is wrong with a value that was read. */
  readonly wrong?: (value: T) => string | undefined;
  /** What may follow the message. */
  readonly hint?: (node: Node) => string;
  /** Secrets hidden. */
  readonly show: (value: T) => Printable;
}

/** A schema for one scalar. */
export function scalar<T extends string | number | boolean | object>(kind: ScalarKind<T>): Schema<T> {
  return {
    type: kind.type,
    expected: kind.expected,
    fields: [],
    parse: (node, place): Outcome<T> => {
      const value = node.kind === 'scalar' && !node.unresolved && !isNull(node) ? kind.read(node) : undefined;
      if (value === undefined) return rejectNode(place, node, kind.expected, kind.hint?.(node));
      const wrong = kind.wrong?.(value);
      return wrong === undefined ? accepted(value) : reject(place, node.location, wrong);
    },
    show: (value) => kind.show(value),
  };
}

const asWritten = (value: string): string => value;

/** Any text; numbers and booleans count as their text. */
export const string = (): Schema<string> =>
  scalar({ type: 'string', expected: 'a string', read: ({ text }) => text, show: asWritten });

export const hiddenSecret = '****';

/** A string that nobody prints. */
export const secret = (): Schema<string> =>
  scalar({ type: 'secret', expected: 'a string', read: ({ text }) => text, show: () => hiddenSecret });

const booleans: Readonly<Record<string, boolean>> = {
  true: true,
  True: true,
  TRUE: true,
  false: false,
  False: false,
  FALSE: false,
};

export const boolean = (): Schema<boolean> =>
  scalar({
    type: 'boolean',
    expected: 'true or false',
    read: ({ plain, text }) => (plain && Object.hasOwn(booleans, text) ? booleans[text] : undefined),
    hint: quotesHint((text) => Object.hasOwn(booleans, text)),
    show: (value) => value,
  });

export interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

/** `expected at least 1s but received 5ms` */
export function outside(
  value: number,
  { min, max }: Bounds,
  print: (value: number) => string,
): string | undefined {
  if (min !== undefined && value < min) return `expected at least ${print(min)} but received ${print(value)}`;
  if (max !== undefined && value > max) return `expected at most ${print(max)} but received ${print(value)}`;
  return undefined;
}

function range({ min, max }: Bounds): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return ` of at least ${min}`;
  return max === undefined ? '' : ` of at most ${max}`;
}

const integerPattern = /^[-+]?\d{1,15}$/;
const numberPattern = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

function numeric(type: string, noun: string, pattern: RegExp, bounds: Bounds): Schema<number> {
  return scalar({
    type,
    expected: `${noun}${range(bounds)}`,
    read: ({ plain, text }) =>
      plain && pattern.test(text) && Number.isFinite(Number(text)) ? Number(text) : undefined,
    wrong: (value) => outside(value, bounds, String),
    hint: quotesHint((text) => pattern.test(text)),
    show: (value) => value,
  });
}

export const integer = (bounds: Bounds = {}): Schema<number> =>
  numeric('integer', 'a whole number', integerPattern, bounds);

export const number = (bounds: Bounds = {}): Schema<number> =>
  numeric('number', 'a number', numberPattern, bounds);

/** One of a few words. */
export function oneOf<const T extends string>(words: readonly T[]): Schema<T> {
  return scalar<T>({
    type: words.map((word) => `\`${word}\``).join(', '),
    expected: `one of ${words.join(', ')}`,
    read: ({ text }) => words.find((word) => word === text),
    show: asWritten,
    hint: (node) => {
      const meant = node.kind === 'scalar' && node.written === undefined ? suggestion(node.text, words) : '';
      return meant.startsWith(':') ? meant : '';
    },
  });
}

function quotesHint(fits: (text: string) => boolean): (node: Node) => string {
  return (node) =>
    node.kind === 'scalar' && !node.plain && fits(node.text)
      ? `: write ${describeNode(node)} without quotes`
      : '';
}
