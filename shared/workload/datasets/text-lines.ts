/** A nonblank line with its number, starting at 1. */
export type TextLine = { line: number; text: string };

/** Lists the nonblank lines of a text. Ignores a byte order mark. */
export function textLines(text: string): TextLine[] {
  return text
    .replace(/^\ufeff/, '')
    .split('\n')
    .map((each, index) => ({ line: index + 1, text: each }))
    .filter((each) => each.text.trim() !== '');
}
