import { describe, expect, test } from 'vitest';
import { renderHtml } from '../../../../shared/report/render/html/render-html.ts';
import { composeComparison } from '../../../../shared/report/sections/compose-comparison.ts';
import { makeRunsComparison } from '../runs-comparison-shape.ts';

const comparison = makeRunsComparison('today');
const page = renderHtml(composeComparison(comparison));

describe('composeComparison', () => {
  test('says the verdict first, then each figure with its ratio, interval, n and verdict', () => {
    expect(page).toContain('<h1>today against base</h1>');
    expect(page.indexOf('today: worse')).toBeLessThan(page.indexOf('<table>'));
    const figure = comparison.runs[0]?.comparison.stages[0]?.metrics.find(
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
    expect(tags(renderHtml(composeComparison(makeRunsComparison('"><img src=x onerror=alert(1)>'))))).toEqual(
      tags(page),
    );
  });

  test('gives the same bytes for the same comparison', () => {
    expect(renderHtml(composeComparison(comparison))).toBe(page);
  });
});
