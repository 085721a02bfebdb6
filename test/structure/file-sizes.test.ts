import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { countLines, listSources } from './read-siblings.ts';

const product = ['shared', 'functions', 'infra'].flatMap(listSources);
const files = [...product, ...['bench', 'test'].flatMap(listSources)];
const lines = product.map(countLines).sort((a, b) => a - b);

function listCrowds(): string[] {
  const counts = new Map<string, number>();
  for (const file of files) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
  return [...counts].filter(([, count]) => count > 25).map(([folder]) => folder);
}

describe('files and folders stay small', () => {
  test('no file has more than 300 lines', () => {
    expect(files.filter((file) => countLines(file) > 300)).toEqual([]);
  });

  test('no folder directly contains more than 25 files', () => {
    expect(listCrowds()).toEqual([]);
  });

  test('the median file of the product has 40 to 90 lines', () => {
    const median = lines[Math.floor(lines.length / 2)];
    expect(median).toBeGreaterThanOrEqual(40);
    expect(median).toBeLessThanOrEqual(90);
  });
});
