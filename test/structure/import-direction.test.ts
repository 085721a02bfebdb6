import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { breaksFloors, findCircles, findUnplaced } from './check-siblings.ts';
import { floors } from './floors.ts';
import { findSiblings, listImports, listSources, readSiblings, type SiblingImport } from './read-siblings.ts';

const root = resolve(import.meta.dirname, '../..');
const siblings = readSiblings();
const tell = ({ from, to, example }: SiblingImport) => `${from} -> ${to} (${example})`;

describe('imports point one way', () => {
  test.each(Object.keys(floors))('every folder of "%s" has a floor', (folder) => {
    const entries = readdirSync(join(root, folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() || folder === 'shared')
      .map((entry) => join(folder, entry.name));
    const placed = folder === '' ? ['shared', 'functions', 'infra', 'test', 'bench'] : entries;
    expect(findUnplaced(placed, floors[folder] ?? [])).toEqual([]);
  });

  test('no entry imports a higher floor, or another entry of its own floor', () => {
    expect(siblings.filter((pair) => breaksFloors(pair, floors)).map(tell)).toEqual([]);
  });

  test('files and folders of one folder have no import cycles', () => {
    expect(findCircles(siblings).map(tell)).toEqual([]);
  });
});

const makeImport = (from: string, to: string): SiblingImport => ({ ...findSiblings(from, to), example: '' });

test('the simulated provider imports only the tokenizer of the product', () => {
  const imported = listSources('infra/provider').flatMap(listImports);
  const outside = imported.filter((file) => !file.startsWith('infra/provider/'));
  expect(outside.filter((file) => !file.startsWith('shared/workload/tokenizers/'))).toEqual([]);
});

describe('the check of import directions', () => {
  const rows = { 'shared/report': [['model'], ['build'], ['*']] };

  test('checks an import in the lowest common folder of both files', () => {
    expect(findSiblings('shared/report/build/build-report.ts', 'shared/report/model/report.ts')).toEqual({
      folder: 'shared/report',
      from: 'shared/report/build',
      to: 'shared/report/model',
    });
    expect(findSiblings('infra/local/serve.ts', 'shared/config.ts')).toEqual({
      folder: '',
      from: 'infra',
      to: 'shared',
    });
  });

  test.each([
    ['down', 'shared/report/build/a.ts', 'shared/report/model/b.ts', false],
    ['up', 'shared/report/model/b.ts', 'shared/report/build/a.ts', true],
    ['across the floor of the folders that are not named', 'shared/report/text/a.ts', 'shared/report/html/b.ts', true],
    ['inside one folder', 'shared/report/text/a.ts', 'shared/report/text/b.ts', false],
  ])('an import %s', (_, from, to, broken) => {
    expect(breaksFloors(makeImport(from, to), rows)).toBe(broken);
  });

  test('finds cycles of files, of folders, and of a file with a folder', () => {
    const circle = [
      makeImport('a/b/x.ts', 'a/c/y.ts'),
      makeImport('a/c/z.ts', 'a/d.ts'),
      makeImport('a/d.ts', 'a/b/w.ts'),
    ];
    expect(findCircles([...circle, makeImport('a/d.ts', 'a/e.ts')])).toEqual(circle);
    expect(findCircles(circle.slice(1))).toEqual([]);
  });

  test('finds a folder without a floor', () => {
    expect(findUnplaced(['a/model', 'a/new', 'a/file.ts'], [['model']])).toEqual(['a/new']);
  });
});
