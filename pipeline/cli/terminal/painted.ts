/** Lines that have colors in them: how wide they are, and the beginning of one. */

/** What look.ts paints with: ESC, a bracket, digits, an m. */
const color = `${String.fromCharCode(27)}\\[\\d+m`;
const colors = new RegExp(color, 'g');
const colorsAndCharacters = new RegExp(`${color}|[^]`, 'gu');
const reset = '\u001b[0m';

/** In characters. */
export function visibleLength(line: string): number {
  return line.replaceAll(colors, '').length;
}

/** Its first characters, and the colors that they have. */
export function cut(line: string, columns: number): string {
  if (visibleLength(line) <= columns) return line;
  let kept = '';
  let room = columns;
  for (const [part] of line.matchAll(colorsAndCharacters)) {
    const isColor = part.length > 1 && part.startsWith('\u001b');
    if (isColor) kept += part;
    else if (room-- > 0) kept += part;
    else break;
  }
  return kept.includes('\u001b') ? kept + reset : kept;
}
