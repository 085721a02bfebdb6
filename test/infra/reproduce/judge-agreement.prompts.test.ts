import { expect, test } from 'vitest';
import { comparePrompts } from '../../../infra/reproduce/judge-agreement.ts';

const digest = { count: 20, sha256: 'a'.repeat(64) };

test('equal digests agree', () => {
  expect(comparePrompts(digest, { ...digest })).toEqual({
    verdict: 'agree',
    text: `The first 20 prompts are identical (SHA-256 ${digest.sha256})`,
  });
});

test('different digests differ', () => {
  const { verdict, text } = comparePrompts(digest, { ...digest, sha256: 'b'.repeat(64) });
  expect(verdict).toBe('differ');
  expect(text).toContain('The first 20 prompts are different');
});

test.each([
  [null, digest],
  [digest, null],
  [digest, { ...digest, count: 3 }],
])('a missing digest, or one of another number of prompts, cannot be compared', (before, after) => {
  expect(comparePrompts(before, after).verdict).toBe('cannot tell');
});
