import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/**
 * What each folder may import of ours: the table of `docs/architecture.md`. A folder of `shared` is named by its own
 * name, a file directly in `shared` by `ports`, `config` or `version`.
 */
const allowed: Record<string, readonly string[]> = {
  domain: [],
  stats: [],
  version: [],
  config: [],
  egress: ['config'],
  ports: ['domain', 'config', 'measure'],
  metrics: ['domain', 'stats'],
  workload: ['domain', 'ports'],
  measure: ['domain', 'ports', 'workload', 'egress', 'config', 'version'],
  cost: ['domain', 'stats', 'metrics'],
  report: ['domain', 'stats', 'metrics', 'cost'],
  usecases: [
    'domain',
    'stats',
    'metrics',
    'workload',
    'measure',
    'cost',
    'report',
    'egress',
    'ports',
    'config',
    'version',
  ],
  adapters: ['domain', 'ports', 'config', 'egress', 'version'],
  functions: ['domain', 'ports', 'config', 'usecases', 'report', 'egress', 'version'],
  infra: [
    'domain',
    'stats',
    'workload',
    'report',
    'usecases',
    'adapters',
    'functions',
    'ports',
    'config',
    'version',
    'measure',
  ],
};

/** The file that puts the parts together, and so may import the adapters and the instrument. */
const compositions = ['functions/compose-deps.ts'];

function filesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((file) => join(folder, file));
}

/** The part of the table that a file belongs to. */
function partOf(file: string): string {
  const [top = '', second = ''] = file.split('/');
  return top === 'shared' ? second.replace(/\.ts$/, '') : top;
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) =>
    relative(root, resolve(root, dirname(file), match[1] ?? '')),
  );
}

const files = ['shared', 'functions', 'infra'].flatMap(filesUnder);

describe('imports point one way', () => {
  test('every part is in the table', () => {
    expect([...new Set(files.map(partOf))].filter((part) => !(part in allowed))).toEqual([]);
  });

  test.each(Object.keys(allowed))('%s imports only what the table allows', (part) => {
    const wrong = files
      .filter((file) => partOf(file) === part && !compositions.includes(file))
      .flatMap((file) =>
        importsOf(file)
          .filter(
            (target) =>
              target.endsWith('.ts') && partOf(target) !== part && !(allowed[part] ?? []).includes(partOf(target)),
          )
          .map((target) => `${file} -> ${target}`),
      );
    expect(wrong).toEqual([]);
  });
});
