import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/security.md'), 'utf8');

type NamedTest = { name: string; file: string };

/** Lists the tests that the page names: links to test files whose text is the name of the test. */
const namedTests: NamedTest[] = [...page.matchAll(/\[([^\]]+)\]\(\.\.\/(test\/[^)]+\.ts)\)/g)].map(
  ([, name = '', file = '']) => ({ name, file }),
);

/** Rows of the tables of promises, each with its cell of tests. */
const promises = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && line.includes('.ts)'))
  .map((line) => line.split(' | '));

describe('docs/security.md', () => {
  test.each(namedTests)('names a test that exists: $name', ({ name, file }) => {
    const source = readFileSync(join(root, file), 'utf8');
    const quoted = ["'", '"', '`'].map((quote) => `${quote}${name}${quote}`);
    expect(quoted.some((title) => source.includes(title))).toBe(true);
  });

  test('names a test for every promise', () => {
    const tables = page.split('| Promise | Test |').slice(1);
    const rows = tables.flatMap((table) => (table.split('\n\n')[0] ?? '').split('\n').slice(2).filter(Boolean));
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter((row) => !/\]\(\.\.\/test\//.test(row))).toEqual([]);
    expect(promises).toHaveLength(rows.length);
  });
});
