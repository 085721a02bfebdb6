/**
 * Breaks a text at spaces into lines of at most `width` characters; a word that is longer stands alone on its line.
 * @param rest starts each line after the first
 * @param first starts the first line
 */
export function wrapText(text: string, width: number, rest = '', first = ''): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(/ +/)) {
    const longer = empty ? line + word : `${line} ${word}`;
    if (empty || longer.length <= width) line = longer;
    else {
      lines.push(line);
      line = rest + word;
    }
    empty = false;
  }
  return [...lines, line].map((each) => each.trimEnd());
}
