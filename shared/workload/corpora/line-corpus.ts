import { countTokensAfterLineBreak } from '../tokenizers/count-tokens.ts';

/** Lines to draw prompts from. */
export type LineCorpus = {
  /** Without white space at their ends (which chat templates may strip), and none empty. */
  lines: readonly string[];
  /** Tokens of a line where it follows a line break, the break itself not counted. */
  tokensOfLine(index: number): number;
  /** 0, 1, 2 … of the lines, to be copied and shuffled. */
  indices: Uint16Array | Uint32Array;
};

/** Longer lines are parted: cutting one to a count of tokens takes time that grows with the square of its length. */
const longestLine = 400;

/** The lines of a text of one's own: trimmed, empty ones left out, long ones parted after a word; counted when used. */
export function createLineCorpus(text: string): LineCorpus {
  const lines = text
    .replace(/^\ufeff/, '')
    .split(/\r\n|[\n\r]/)
    .flatMap(partLine);
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

function partLine(line: string): string[] {
  const parts: string[] = [];
  let rest = line.trim();
  while (rest.length > longestLine) {
    const space = rest.lastIndexOf(' ', longestLine);
    const end = space > 0 ? space : wholeCharacters(rest, longestLine);
    parts.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return [...parts, rest].filter((part) => part !== '');
}

/** A length at which the text is not cut between the halves of a surrogate pair. */
function wholeCharacters(text: string, length: number): number {
  const unit = text.charCodeAt(length - 1);
  return unit >= 0xd800 && unit < 0xdc00 ? length - 1 : length;
}
