import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runAtOnce } from '../../../../shared/time-slices.ts';
import { createLineCorpus } from '../../../../shared/workload/corpora/line-corpus.ts';
import { datasetKinds } from '../../../../shared/workload/datasets/dataset.ts';
import { countLeastTokens } from '../../../../shared/workload/parts/lines-task.ts';
import { countTokens, countTokensAfterLineBreak } from '../../../../shared/workload/tokenizers/count-tokens.ts';
import { buildPrompt } from '../../../../shared/workload/workload.ts';
import { sonnetWorkload } from '../sonnet-workload.ts';

/** Unusual lines: characters with several tokens, joined characters, digits, no spaces. */
const awkwardLine = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }).filter((text) => text.isWellFormed()),
  fc.constantFrom(
    '🦙🦙🦙 Ꙋ',
    'x'.repeat(2_000),
    '镇'.repeat(900),
    '👨‍👩‍👧‍👦 family',
    'one',
    '1234567890',
    'def f(x):\treturn x',
  ),
);

describe('createLineCorpus', () => {
  test('trims lines, omits empty ones, and accepts every kind of line break', () => {
    expect(createLineCorpus('\ufeff one \r\n\r\n\ttwo\rthree\n \n').lines).toEqual(['one', 'two', 'three']);
  });

  test('splits long lines after a word if possible, and never inside a character', () => {
    const { lines } = createLineCorpus(`${'word '.repeat(200)}\n${'🦙'.repeat(500)}`);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(400);
    expect(lines.every((line) => line.isWellFormed() && line === line.trim())).toBe(true);
    expect(lines.filter((line) => line.startsWith('word')).join(' ')).toBe('word '.repeat(200).trim());
    expect(lines.filter((line) => line.startsWith('🦙')).join('')).toBe('🦙'.repeat(500));
  });

  test('counts each line as after a line break', () => {
    fc.assert(
      fc.property(fc.array(awkwardLine, { minLength: 1, maxLength: 10 }), (given) => {
        const corpus = createLineCorpus(given.join('\n'));
        for (const [index, line] of corpus.lines.entries())
          for (let again = 0; again < 2; again++)
            expect(corpus.tokensOfLine(index)).toBe(countTokensAfterLineBreak(line));
      }),
      { numRuns: 100 },
    );
  });
});

describe('a sonnet prompt with own lines', () => {
  const workload = (value: number) =>
    sonnetWorkload({
      inputTokens: { distribution: 'fixed', value },
      corpusDatasetId: `dts_${'0'.repeat(26)}`,
    });
  const least = countLeastTokens(workload(1), true);

  test('has exactly the drawn number of tokens for any lines', () => {
    fc.assert(
      fc.property(
        fc.array(awkwardLine, { minLength: 1, maxLength: 8 }).filter((lines) => lines.join('').trim() !== ''),
        fc.integer({ min: least, max: least + 400 }),
        fc.nat(1_000),
        (given, value, number) => {
          const dataset = runAtOnce(datasetKinds.lines.read(given.join('\n')));
          if (dataset.entries.length === 0) return;
          const prompt = buildPrompt(workload(value), 117, 'measured', number, dataset);
          const content = prompt.messages[0]?.content ?? '';
          expect(countTokens(content)).toBe(value);
          expect(prompt.inputTokens).toBe(value);
          expect(content.isWellFormed()).toBe(true);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('offers only lines of the dataset', () => {
    const dataset = runAtOnce(
      datasetKinds.lines.read(Array.from({ length: 50 }, (_, i) => `this is line ${i} of mine`).join('\n')),
    );
    const { inputLines } = buildPrompt(workload(300), 117, 'measured', 0, dataset);
    expect(inputLines?.every((line) => 'this is line 49 of mine'.startsWith(line.slice(0, 12)))).toBe(true);
    expect(inputLines?.length).toBeGreaterThan(10);
  });

  test('fails if the dataset is missing or has the wrong kind', () => {
    expect(() => buildPrompt(workload(300), 117, 'measured', 0)).toThrow('does not contain lines of text');
    const prompts = runAtOnce(datasetKinds.prompts.read('{"prompt":"x"}'));
    expect(() => buildPrompt(workload(300), 117, 'measured', 0, prompts)).toThrow('does not contain lines of text');
  });
});
