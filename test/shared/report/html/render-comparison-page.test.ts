import { describe, expect, test } from 'vitest';
import { buildStageReport } from '../../../../shared/report/build-stage-report.ts';
import { compareRuns } from '../../../../shared/report/compare-runs.ts';
import { comparableStageOf } from '../../../../shared/report/compare-stages.ts';
import type { RunsComparison } from '../../../../shared/report/comparison/runs-comparison.ts';
import { renderComparisonPage } from '../../../../shared/report/html/render-comparison-page.ts';
import { makeReportInput, makeSpec, quickProvider } from '../../../support/sample-factory.ts';

function runOf(factor: number) {
  const spec = makeSpec({
    targets: [{ id: 'a' }],
    load: { mode: 'concurrency', stages: [{ concurrency: 5, requests: 60 }] },
  });
  const provider = { ...quickProvider, baseMs: 290 * factor, perOutputMs: 27 * factor };
  const { stages } = makeReportInput(spec, [provider], 1, { withGaps: false });
  return { spec, stages: stages.map((input) => comparableStageOf({ input, report: buildStageReport(spec, input) })) };
}

function comparisonOf(label: string): RunsComparison {
  const run = (id: string) => ({
    runId: `run_01hma0000000000000000000${id}`,
    source: 'measured' as const,
    createdAt: '2024-01-17T12:00:00.000Z',
    targets: [{ target: 'a', model: label }],
    trust: { result: 'ok' as const, reasons: [] },
  });
  const comparison = compareRuns(runOf(1), runOf(1.3), {
    nameOf: ({ target }) => ({ base: 'the base', target }),
    tolerance: 0.05,
    shareTolerance: 0.01,
  });
  return { base: { ...run('aa'), label: 'base' }, runs: [{ ...run('bb'), label, notes: [label], comparison }] };
}

const comparison = comparisonOf('today');
const page = renderComparisonPage(comparison);

describe('renderComparisonPage', () => {
  test('says the verdict first, then each figure with its ratio, interval, n and verdict', () => {
    expect(page).toContain('<h1>today against base</h1>');
    expect(page.indexOf('today: worse')).toBeLessThan(page.indexOf('<table>'));
    const figure = comparison.runs[0]?.comparison.stages[0]?.figures.find(
      ({ metric, statistic }) => metric === 'e2eLatencyMs' && statistic === 'p50',
    );
    const { low = 0, high = 0 } = figure?.verdictInterval ?? {};
    const cells = [figure?.ratio?.toFixed(3), `${low.toFixed(3)} to ${high.toFixed(3)}`].map(
      (text) => `<td>${text}</td>`,
    );
    expect(page).toContain(cells.join(''));
    expect(page).toContain('End-to-end latency, median<small><code>e2eLatencyMs</code></small>');
  });

  test('loads nothing, and lets no text of a user become markup', () => {
    expect(page).not.toMatch(/<script|<img|<link|url\(|@import| on\w+=/);
    const tags = (html: string) => [...html.matchAll(/<(\/?[a-z][\w-]*)/g)].map((match) => match[1]);
    expect(tags(renderComparisonPage(comparisonOf('"><img src=x onerror=alert(1)>')))).toEqual(tags(page));
  });

  test('gives the same bytes for the same comparison', () => {
    expect(renderComparisonPage(comparison)).toBe(page);
  });
});
