import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { computeDedicatedCost } from '../../../shared/cost/compute-dedicated-cost.ts';
import { metricDefinitionSchema } from '../../../shared/metrics/definitions/metric-definition.ts';
import { measureTurns } from '../../../shared/metrics/measure-turns.ts';
import { metricDefinitions } from '../../../shared/metrics/metric-definitions.ts';
import { buildReport } from '../../../shared/report/build/build-report.ts';
import { outcomes } from '../../../shared/sample/outcome.ts';
import { makeOk, makeTwoProviders } from '../../support/factories/sample-factory.ts';

const page = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8');
/** The cells of each row of the metric tables, at any width. */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
  .filter((cells) => cells.length === 6);
const definitions = Object.entries(metricDefinitions);

/** Finds the keys at which a report has values (`value`, `n`) or statistics (`n`, `p50`). */
function measuredKeys(value: unknown, found = new Set<string>()): Set<string> {
  if (typeof value !== 'object' || value === null) return found;
  for (const [key, child] of Object.entries(value)) {
    if (typeof child === 'object' && child !== null && 'n' in child && ('value' in child || 'p50' in child))
      found.add(key);
    measuredKeys(child, found);
  }
  return found;
}

describe('metricDefinitions', () => {
  test('define every value and statistic of a report, and nothing else', () => {
    const { stages, targets } = buildReport(makeTwoProviders(20));
    const turns = measureTurns([makeOk({ startMs: 0, ttftMs: 1, e2eMs: 2 }, { conversationIndex: 0, turn: 1 })]);
    const dedicated = computeDedicatedCost({ hourlyUsd: 1, instances: 1, currency: 'USD' }, null);
    const keys = measuredKeys({ stages, targets, turns, dedicated });
    // A ratio of coefficients has its own interval, and the regression has its formula.
    keys.delete('outputToInputRatio');
    expect([...keys].sort()).toEqual(Object.keys(metricDefinitions).sort());
  });

  test.each(definitions)('give %s a unit, a formula, a basis and a description', (_, definition) => {
    expect(metricDefinitionSchema.parse(definition)).toEqual(definition);
    for (const text of Object.values(definition)) expect(text).not.toBe('');
  });

  test.each(definitions)('are the same in docs/metrics.md: %s', (name, definition) => {
    const { unit, formula, basis, over, description } = definition;
    expect(rows).toContainEqual([`\`${name}\``, unit, formula, basis, over, description]);
  });

  test('are the only metrics of docs/metrics.md, which also lists every outcome', () => {
    expect(rows.map(([name]) => name).sort()).toEqual(definitions.map(([name]) => `\`${name}\``).sort());
    for (const outcome of outcomes) expect(page).toContain(`\`${outcome}\``);
  });
});
