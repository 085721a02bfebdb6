import { countTokensAfterLineBreak } from '../tokenizers/count-tokens.ts';

/** Lines that prompts are drawn from. */
export type LineCorpus = {
  /** Nonempty lines without surrounding white space, which chat templates may strip. */
  lines: readonly string[];
  /** Returns the tokens that a line adds after a line break, excluding the break. */
  tokensOfLine(index: number): number;
  /** The indices 0, 1, 2, … of the lines, for `Shuffle`. */
  indices: Uint16Array | Uint32Array;
};

/** Maximum length of a line in characters. The time to cut a line grows with the square of its length. */
const longestLine = 400;

/** Creates a corpus from the nonblank lines of a text. Splits long lines after a word and counts tokens on first use. */
export function createLineCorpus(text: string): LineCorpus {
  const lines = text
    .replace(/^\ufeff/, '')
    .split(/\r\n|[\n\r]/)
    .flatMap(splitLine);
  const tokensKept = new Uint32Array(lines.length);
  return {
    lines,
    tokensOfLine: (index) => {
      const kept = tokensKept[index] ?? 0;
      if (kept > 0) return kept;
      const tokens = countTokensAfterLineBreak(lines[index] ?? '');
      tokensKept[index] = tokens;
      return tokens;
    },
    indices: Uint32Array.from(lines.keys()),
  };
}

function splitLine(line: string): string[] {
  const parts: string[] = [];
  let rest = line.trim();
  while (rest.length > longestLine) {
    const space = rest.lastIndexOf(' ', longestLine);
    const unit = rest.charCodeAt(longestLine - 1);
    // Keep surrogate pairs together.
    const end = space > 0 ? space : unit >= 0xd800 && unit < 0xdc00 ? longestLine - 1 : longestLine;
    parts.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return [...parts, rest].filter((part) => part !== '');
}
