import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { tokenmeterVersion } from '../../../shared/version.ts';

const read = (file: string) => readFileSync(new URL(`../../../clients/${file}`, import.meta.url), 'utf8');

test('the clients have the version of the contract', () => {
  expect(JSON.parse(read('typescript/package.json')).version).toBe(tokenmeterVersion);
  expect(read('python/pyproject.toml')).toContain(`\nversion = "${tokenmeterVersion}"\n`);
});

test('nothing publishes the clients without a person', () => {
  const { scripts } = JSON.parse(read('typescript/package.json'));
  expect(Object.values<string>(scripts).filter((script) => /publish|twine/.test(script))).toEqual([]);
});
