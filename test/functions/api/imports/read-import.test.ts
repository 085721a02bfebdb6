import { expect, test } from 'vitest';
import { readFormImport } from '../../../../functions/api/imports/read-import.ts';

test.each([
  ['a summary', `{"results":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_001)}`],
  ['responses', `${'['.repeat(100_000)}1${']'.repeat(100_000)}`],
])('%s with deep nesting is refused', (_, text) => {
  const read = () => readFormImport([{ field: 'files', fileName: 'a_summary.json', text }]);
  expect(read).toThrow('is nested more than 32 levels deep');
});
