import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { joinTokens, tokenizeText } from '../../../../infra/provider/answer/tokenize-text.ts';
import { sonnetCorpus } from '../../../../shared/workload/corpora/sonnet-corpus.ts';
import { countTokens } from '../../../../shared/workload/tokenizers/count-tokens.ts';

const texts = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc
    .array(fc.constantFrom(...sonnetCorpus().lines.slice(0, 200), '', '12345', ' \u2014 \u{1f3b5}'), { maxLength: 12 })
    .map((lines) => lines.join('\n')),
);

describe('tokenizeText', () => {
  test('returns as many tokens as the product counts', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(tokenizeText(text)).toHaveLength(countTokens(text));
      }),
    );
  });

  test('keeps the token count of a part that is cut between characters', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 1, max: 120 }), (start, limit) => {
        const text = sonnetCorpus()
          .lines.slice(start, start + 12)
          .join('\n');
        const kept = tokenizeText(text).slice(0, limit);
        const part = joinTokens(kept)
          .map((piece) => piece.text)
          .join('');
        expect(countTokens(part)).toBe(kept.length);
      }),
    );
  });
});

describe('joinTokens', () => {
  test('returns the text in pieces of whole characters and loses no token', () => {
    fc.assert(
      fc.property(
        // The tokenizer returns its space symbol as a space, and replacement characters in the text are not cuts.
        texts.filter((text) => text.trim() !== '' && !/[\u2581\ufffd]/.test(text)),
        (text) => {
          const tokens = tokenizeText(text);
          const pieces = joinTokens(tokens);
          expect(pieces.map((piece) => piece.text).join('')).toBe(text);
          expect(pieces.reduce((sum, piece) => sum + piece.tokens, 0)).toBe(tokens.length);
          expect(pieces.every((piece) => piece.text !== '' && !piece.text.includes('\ufffd'))).toBe(true);
        },
      ),
    );
  });
});
