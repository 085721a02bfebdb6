import { expect, test } from 'vitest';
import { splitText } from '../../shared/split-text.ts';

test.each([
  ['an empty text', ''],
  ['a short text', 'short'],
  ['characters of one unit', 'a'.repeat(100_000)],
  ['characters of two units', '🙂'.repeat(40_000)],
  ['characters of two units that start at an odd unit', `a${'🙂'.repeat(40_000)}`],
])('splits %s between characters', (_, text) => {
  const pieces = [...splitText(text)];
  expect(pieces.join('')).toBe(text);
  expect(pieces.every((piece) => piece.isWellFormed() && piece.length <= 32_769)).toBe(true);
});
