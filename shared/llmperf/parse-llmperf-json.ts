/** Strings, which stay as they are, or a word that Python writes for a number that JSON has not. */
const stringOrWord = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/gs;

/**
 * The value of a JSON text as Python writes it: `NaN` and `Infinity` become null, as pandas reads null for both.
 * @throws SyntaxError where it is not JSON
 */
export function parseLlmperfJson(text: string): unknown {
  const withoutMark = text.replace(/^\uFEFF/, '');
  return JSON.parse(withoutMark.replaceAll(stringOrWord, (match) => (match.startsWith('"') ? match : 'null')));
}
