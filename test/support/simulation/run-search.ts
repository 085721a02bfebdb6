import { expect } from 'vitest';
import { loadSchema } from '../../../shared/load/load.ts';
import { type LevelResult, listMostLevels, searchLoad } from '../../../shared/load/parts/search-load.ts';
import type { Search } from '../../../shared/load/parts/search-schema.ts';

export type Over = 'concurrency' | 'rate';

/** Builds the search of a sweep with its defaults. */
export function buildSearch(search: object): Search {
  const load = loadSchema.parse({ mode: 'sweep', search });
  if (load.mode !== 'sweep' || load.search === undefined) throw new Error('The load has no search.');
  return load.search;
}

/** Runs a search to its end with the result of each load. */
export function runSearch(search: Search, over: Over, measure: (value: number) => Omit<LevelResult, 'value'>) {
  const results: LevelResult[] = [];
  for (;;) {
    const step = searchLoad({ search, over }, results);
    if ('finding' in step) return { finding: step.finding, results };
    expect(results.map(({ value }) => value)).not.toContain(step.next);
    expect(results.length).toBeLessThan(listMostLevels(search).length);
    expect(step.next).toBeGreaterThanOrEqual(search.min);
    expect(step.next).toBeLessThanOrEqual(search.max);
    results.push({ value: step.next, ...measure(step.next) });
  }
}
