import { describe, expect, test } from 'vitest';
import { renderHtml } from '../../../../../shared/report/render/html/render-html.ts';
import { chartNames, composeChart } from '../../../../../shared/report/sections/charts/charts.ts';
import { composePage } from '../../../../../shared/report/sections/compose-report.ts';
import { measuredWords } from '../../../../../shared/report/sections/origin-words.ts';
import { reportShapes } from '../../report-shapes.ts';

const sweep = reportShapes.sweep();

describe('the charts of a document', () => {
  test('are data alone, so that a copy of the document gives the same page', () => {
    const page = composePage(sweep, null);
    expect(renderHtml(structuredClone(page))).toBe(renderHtml(page));
  });

  test.each(chartNames)('%s takes its units from the definitions of the report', (name) => {
    const metrics = Object.entries(sweep.metrics).map(([metric, own]) => [metric, { ...own, unit: 'a unit' }]);
    const composed = composeChart({ ...sweep, metrics: Object.fromEntries(metrics) }, name);
    if ('reason' in composed) throw new Error(composed.reason);
    const axes = composed.chart.panels.flatMap(({ x, y }) => ('rows' in y ? [x.name] : [x.name, y.name]));
    const hasOwnNames = /^(comparison|timeline|.*-tokens)$/.test(name);
    expect(axes.some((axis) => axis.includes('a unit'))).toBe(!hasOwnNames);
  });

  test('use the words of the origin of a run', () => {
    const words = { ...measuredWords, hashed: 'Files', noTimeline: 'the files have no times' };
    const withoutTimeline = { ...sweep, charts: { ...sweep.charts, timeline: null } };
    expect(composeChart(withoutTimeline, 'timeline', words)).toEqual({ reason: 'the files have no times' });
    expect(composeChart(sweep, 'ttft', words)).toMatchObject({ source: expect.stringContaining(' · files ') });
  });
});
