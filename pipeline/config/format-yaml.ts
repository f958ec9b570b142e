import type { Printable } from './schemas/schema.ts';

// Letters first and nothing that means something to YAML: what is not surely plain is quoted.
const surelyPlain = /^[A-Za-z/][\w./+@%-]*(?::[\w./+@%-]+)*$|^\d[\d.]*[A-Za-z:][\w.:]*$/;
const otherwiseTyped = /^(true|false|null|yes|no|on|off|y|n)$|^\d+(:\d+)+$|^[\d.]+e[\d+-]|^0[xob]/i;

// Characters that JSON leaves as they are and YAML does not take, or takes for a line break.
const unprintable = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
const quoted = (text: string): string => JSON.stringify(text).replaceAll(unprintable, escaped);

/** One line of text as a YAML scalar. A dollar is doubled, so that it is a dollar again when read as a configuration. */
function scalarText(value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value);
  const text = value.replaceAll('$', '$$$$');
  return surelyPlain.test(text) && !otherwiseTyped.test(text) ? text : quoted(text);
}

type Scalar = string | number | boolean;
type PrintableMap = Readonly<Record<string, Printable>>;

const isScalar = (value: Printable): value is Scalar => value !== undefined && typeof value !== 'object';
const isList = (value: Printable): value is readonly Printable[] => Array.isArray(value);
const present = (map: PrintableMap) => Object.entries(map).filter(([, value]) => value !== undefined);
const keyText = (key: string): string =>
  surelyPlain.test(key) && !otherwiseTyped.test(key) ? key : quoted(key);

/** What follows `key:` or `-` where it fits on one line. */
function inline(value: Printable): string | undefined {
  if (value === undefined) return '';
  if (isScalar(value)) return scalarText(value);
  if (!isList(value)) return present(value).length === 0 ? '{}' : undefined;
  return value.every(isScalar) ? `[${value.map(scalarText).join(', ')}]` : undefined;
}

const indent = (text: string): string => text.replaceAll('\n', '\n  ');

/** A value without a line break at its end. */
function block(value: Printable): string {
  const short = inline(value);
  if (short !== undefined || value === undefined || isScalar(value)) return short ?? '';
  if (isList(value)) return value.map((item) => `- ${indent(block(item))}`).join('\n');
  return present(value)
    .map(([key, below]) => {
      const space = inline(below) === undefined ? '\n' : ' ';
      return indent(`${keyText(key)}:${space}${block(below)}`);
    })
    .join('\n');
}

/** Writes a value as YAML that `parseYaml` and every YAML 1.1 or 1.2 reader take alike. */
export function formatYaml(value: Printable): string {
  return `${block(value)}\n`;
}

/** For one line of documentation: `10s`, `["*"]`, `{}`. */
export function formatInline(value: Printable): string {
  return inline(value) ?? JSON.stringify(value);
}
