export type TextLine = { /** From 1. */ line: number; text: string };

/** The lines of a text that have any, numbered as an editor does; a byte order mark is none of it. */
export function textLines(text: string): TextLine[] {
  return text
    .replace(/^\ufeff/, '')
    .split('\n')
    .map((each, index) => ({ line: index + 1, text: each }))
    .filter((each) => each.text.trim() !== '');
}
