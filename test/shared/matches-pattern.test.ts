import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesPattern } from '../../shared/matches-pattern.ts';

test('a pattern matches as the regular expression with .* for * does', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.', '\n'), maxLength: 12 });
  const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 8 });
  fc.assert(
    fc.property(letters, patterns, (text, pattern) => {
      const form = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`, 's');
      expect(matchesPattern(text, pattern)).toBe(form.test(text));
    }),
  );
});

test('a pattern with many * takes no longer than a short one', () => {
  expect(matchesPattern('a'.repeat(16_000), `${'a*'.repeat(250)}b`)).toBe(false);
});
