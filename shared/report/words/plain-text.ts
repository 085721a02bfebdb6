/** Foreign text for one line of a terminal: control characters, which could move the cursor or color the rest, become spaces. */
export function plainText(text: string): string {
  return replaceControls(text).trim();
}

/** The same of a part of a line, whose spaces at its ends part it from others. */
export function replaceControls(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
}

/** Plain text of at most `length` characters; what is cut off is shown by an ellipsis. */
export function shortText(text: string, length: number): string {
  const characters = [...plainText(text)];
  return characters.length <= length ? characters.join('') : `${characters.slice(0, length - 1).join('')}…`;
}
