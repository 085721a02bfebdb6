import { fontSize } from './axis.ts';

/** Mean width of a character of a label, as a share of its size: the library, too, can only guess without a font. */
const characterShare = 0.56;

export function textWidthPx(text: string): number {
  return [...text].length * fontSize * characterShare;
}

/** Room in px that the longest of the names takes left of a plot. */
export function labelRoom(names: readonly string[]): number {
  return Math.ceil(Math.max(0, ...names.map(textWidthPx))) + 14;
}
