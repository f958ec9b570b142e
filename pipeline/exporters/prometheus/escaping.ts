/** What each format wants escaped where, and nothing else. */

function backslashed(character: string): string {
  return character === '\n' ? '\\n' : `\\${character}`;
}

/** A label's value between its quotes, in both formats. */
export function escapeLabelValue(value: string): string {
  return /[\\\n"]/.test(value) ? value.replace(/[\\\n"]/g, backslashed) : value;
}

/** HELP in the text format, where a quote stands for itself. */
export function escapeTextHelp(help: string): string {
  return help.replace(/[\\\n]/g, backslashed);
}

/** HELP in OpenMetrics, whose escaped strings are the same everywhere. */
export function escapeOpenMetricsHelp(help: string): string {
  return escapeLabelValue(help);
}
