import { describe, expect, test } from 'vitest';
import { renderHtml } from '../../../../shared/report/render/html/render-html.ts';
import { composeComparison } from '../../../../shared/report/sections/compose-comparison.ts';
import { makeRunsComparison } from '../runs-comparison-shape.ts';

const comparison = makeRunsComparison('today');
const page = renderHtml(composeComparison(comparison));

describe('composeComparison', () => {
  test('shows the verdict first, then each metric with its ratio, interval, n and verdict', () => {
    expect(page).toContain('<h1>“today” compared with “base”</h1>');
    expect(page.indexOf('today: worse')).toBeLessThan(page.indexOf('<table>'));
    const change = comparison.runs[0]?.comparison.stages[0]?.metrics.find(
      ({ metric, statistic }) => metric === 'e2eLatencyMs' && statistic === 'p50',
    );
    const { low = 0, high = 0 } = change?.verdictInterval ?? {};
    const cells = [`× ${change?.ratio?.toFixed(3)}`, `${low.toFixed(3)} to ${high.toFixed(3)}`].map(
      (text) => `<td>${text}</td>`,
    );
    expect(page).toContain(cells.join(''));
    expect(page).toContain('End-to-end latency, median<small><code>e2eLatencyMs</code></small>');
  });

  test('shows each run with its id, targets and trust badge, and the reasons for distrust', () => {
    const { base, runs } = comparison;
    const reasons = ['the load started late'];
    const suspect = { base: { ...base, trust: { result: 'suspect' as const, reasons } }, runs };
    const html = renderHtml(composeComparison(suspect));
    const table = /<table><caption>Compared runs[\s\S]*?<\/table>/.exec(html)?.[0] ?? '';
    for (const text of ['Base: base', base.runId, 'today', runs[0]?.runId, 'a (today)']) expect(table).toContain(text);
    expect(table).toContain('<span class="badge bad">suspect</span>');
    expect(table).toContain('<span class="badge good">ok</span>');
    expect(html).toContain('“base” is suspect. the load started late');
  });

  test('loads nothing and escapes foreign text', () => {
    expect(page).not.toMatch(/<script|<img|<link|url\(|@import| on\w+=/);
    const tags = (html: string) => [...html.matchAll(/<(\/?[a-z][\w-]*)/g)].map((match) => match[1]);
    expect(tags(renderHtml(composeComparison(makeRunsComparison('"><img src=x onerror=alert(1)>'))))).toEqual(
      tags(page),
    );
  });

  test('produces the same bytes for the same comparison', () => {
    expect(renderHtml(composeComparison(comparison))).toBe(page);
  });
});
