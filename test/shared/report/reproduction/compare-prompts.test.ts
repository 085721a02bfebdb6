import { expect, test } from 'vitest';
import { comparePrompts } from '../../../../shared/report/reproduction/compare-prompts.ts';

const digest = { count: 20, sha256: 'a'.repeat(64) };

test('the same digest says that the same was asked', () => {
  expect(comparePrompts(digest, { ...digest })).toEqual({
    verdict: 'agree',
    text: `The first 20 prompts are the same, byte for byte (SHA-256 ${digest.sha256})`,
  });
});

test('another digest says that the new run asked something else', () => {
  const { verdict, text } = comparePrompts(digest, { ...digest, sha256: 'b'.repeat(64) });
  expect(verdict).toBe('differ');
  expect(text).toContain('asked something else');
});

test.each([
  [null, digest],
  [digest, null],
  [digest, { ...digest, count: 3 }],
])('nothing is told from a digest that is missing or of another number of prompts', (before, after) => {
  expect(comparePrompts(before, after).verdict).toBe('cannot tell');
});
