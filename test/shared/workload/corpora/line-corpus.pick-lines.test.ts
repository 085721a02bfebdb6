import { describe, expect, test } from 'vitest';
import { cutLine, cutLineAtWord } from '../../../../shared/workload/corpora/line-corpus.ts';
import { sonnetCorpus } from '../../../../shared/workload/corpora/sonnet-corpus.ts';
import {
  countTokensAfterLineBreak,
  countTokensOfBeginnings,
} from '../../../../shared/workload/tokenizers/count-tokens.ts';

describe('cutLine', () => {
  test('cuts every sonnet line to every smaller count, never after a space', () => {
    const { lines, lineTokens } = sonnetCorpus();
    const wrong: string[] = [];
    for (const [index, line] of lines.entries())
      for (let tokens = 1; tokens <= (lineTokens[index] ?? 0); tokens++) {
        const cut = cutLine(line, tokens, countTokensOfBeginnings(line)) ?? '';
        if (countTokensAfterLineBreak(cut) !== tokens || !line.startsWith(cut) || cut.endsWith(' ')) wrong.push(cut);
      }
    expect(wrong).toEqual([]);
  });

  test('returns null for a count larger than the line', () => {
    const line = 'From fairest creatures';
    expect(cutLine(line, 40, countTokensOfBeginnings(line))).toBeNull();
  });
});

describe('cutLineAtWord', () => {
  test('ends with a whole word or returns null', () => {
    const { lines, lineTokens } = sonnetCorpus();
    let cuts = 0;
    for (const [index, line] of lines.entries())
      for (let tokens = 1; tokens <= (lineTokens[index] ?? 0) + 1; tokens++) {
        const cut = cutLineAtWord(line, tokens);
        if (cut === null) continue;
        cuts++;
        if (countTokensAfterLineBreak(cut) !== tokens || !`${line} `.startsWith(`${cut} `))
          expect.fail(`${cut} of ${line} for ${tokens}`);
      }
    expect(cuts).toBeGreaterThan(lines.length * 5);
  });
});
