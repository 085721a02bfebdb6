import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const tests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.test.ts') && !file.includes('node_modules'),
);
const isIn = (folders: readonly string[]) => (file: string) => folders.includes(file.split('/')[0] ?? '');

/** Returns whether the source that a test is named after exists. */
function hasSource(file: string): boolean {
  const source = join(root, dirname(file), basename(file).split('.')[0] ?? '');
  return ['ts', 'mjs'].some((extension) => existsSync(`${source}.${extension}`));
}

const mirrors = ['shared', 'functions', 'infra', 'bench'];
const projects = [
  'conformance',
  'docs',
  'examples',
  'structure',
  'third-party',
  'embedded',
  'clients',
  'accuracy',
  'browser',
];

test('a project of vitest.config.ts runs every test', () => {
  expect(tests.filter((file) => !isIn([...mirrors, ...projects])(file))).toEqual([]);
});

test('a test of a mirrored folder has the name of its source: <source>.test.ts or <source>.<aspect>.test.ts', () => {
  expect(tests.filter(isIn(mirrors)).filter((file) => !hasSource(file))).toEqual([]);
});
