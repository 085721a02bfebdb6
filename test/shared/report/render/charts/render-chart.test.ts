import { describe, expect, test } from 'vitest';
import { buildReport } from '../../../../../shared/report/build/build-report.ts';
import {
  type ChartTheme,
  chartThemes,
  listThemeProperties,
  pageTheme,
} from '../../../../../shared/report/render/charts/chart-theme.ts';
import { renderChart } from '../../../../../shared/report/render/charts/render-chart.ts';
import { chartNames, composeChart } from '../../../../../shared/report/sections/charts/charts.ts';
import { makeReportInput, makeSpec, quickProvider } from '../../../../support/factories/sample-factory.ts';
import { reportShapes } from '../../report-shapes.ts';

const report = reportShapes.twoProviders();
const sweep = reportShapes.sweep();
const readTexts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1] ?? '');
/** Renders a chart of a report as a standalone SVG, or returns why it is missing. */
function render(of: typeof report, name: (typeof chartNames)[number], theme: keyof typeof chartThemes) {
  const composed = composeChart(of, name);
  if ('reason' in composed) return { svg: null, reason: composed.reason };
  const { chart, source } = composed;
  return { svg: renderChart(chart, { theme: chartThemes[theme], id: name, source }), reason: null };
}
const drawAnew = (of: typeof report, name: (typeof chartNames)[number]) => render(of, name, 'light').svg ?? '';
const drawn = new WeakMap<typeof report, Map<string, string>>();
/** Draws each chart of a report once, because several tests look at the same chart. */
function draw(of: typeof report, name: (typeof chartNames)[number]): string {
  const charts = drawn.get(of) ?? new Map<string, string>();
  drawn.set(of, charts);
  const svg = charts.get(name) ?? drawAnew(of, name);
  charts.set(name, svg);
  return svg;
}

describe('renderChart', () => {
  test('produces the same bytes in any drawing order', () => {
    const first = chartNames.map((name) => drawAnew(sweep, name));
    const again = chartNames.toReversed().map((name) => drawAnew(sweep, name));
    expect(again.toReversed()).toEqual(first);
  });

  test.each(chartNames)('%s has a title, its values as text, and its run', (name) => {
    for (const each of [report, sweep]) {
      const svg = draw(each, name);
      expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 560 \d+" role="img"/);
      expect(/<title [^>]*>([^<]+)<\/title>/.exec(svg)?.[1]?.length).toBeGreaterThan(5);
      expect(/<desc [^>]*>([^<]+)<\/desc>/.exec(svg)?.[1]).toMatch(/anyscale/);
      expect(readTexts(svg).some((text) => text.startsWith(`${each.run.runId} · manifest b5bb9d8014a0f9b1`))).toBe(
        true,
      );
      expect(svg).not.toMatch(/zr\d|ecmeta|NaN|undefined|<script|<style|href=/);
    }
  });

  test.each(chartNames)('%s is well-formed XML', (name) => {
    const open: string[] = [];
    for (const [, closing, tag = '', selfClosing] of draw(sweep, name).matchAll(/<(\/?)([a-zA-Z]+)[^>]*?(\/?)>/g)) {
      if (closing === '/') expect(open.pop()).toBe(tag);
      else if (selfClosing !== '/') open.push(tag);
    }
    expect(open).toEqual([]);
  });

  test('shows a unit at each numeric axis', () => {
    expect(readTexts(draw(sweep, 'ttft'))).toEqual(expect.arrayContaining(['ms', 'concurrent requests']));
    expect(readTexts(draw(sweep, 'ttft-input-tokens'))).toEqual(expect.arrayContaining(['TTFT, ms', 'input tokens']));
    expect(readTexts(draw(report, 'cost'))).toContain('USD');
    expect(readTexts(draw(sweep, 'itl-distribution'))).toEqual(
      expect.arrayContaining(['ms per token', '% of requests']),
    );
    expect(readTexts(draw(sweep, 'timeline'))).toEqual(expect.arrayContaining(['requests/min', 'median TTFT, ms']));
  });

  test('describes each point with its interval and n', () => {
    const { p50, intervals } = report.stages[0]?.requests.ttftMs ?? {};
    const interval = intervals?.p50.interval;
    expect(draw(report, 'ttft')).toContain(
      `anyscale: median ${p50?.toFixed(1)} ms (95 % interval ${interval?.low.toFixed(1)} to ${interval?.high.toFixed(1)}, n = 150)`,
    );
  });

  test('draws by load for several loads and by target for one load', () => {
    expect(draw(sweep, 'end-to-end')).toContain('End-to-end latency by concurrency');
    expect(draw(report, 'end-to-end')).toContain('>End-to-end latency</title>');
    expect(draw(reportShapes.rate(), 'ttft')).toContain('by request rate');
  });

  test('returns why a chart is missing', () => {
    const one = reportShapes.oneTarget();
    expect(render(one, 'comparison', 'light').reason).toBe('no two targets were measured at the same load');
    expect(render(one, 'cost', 'light').reason).toBe('the target has no pricing');
    const single = reportShapes.oneRequest();
    expect(render(single, 'ttft-distribution', 'light').reason).toBe('a distribution needs two or more requests');
    expect(draw(single, 'ttft-input-tokens')).toContain('the only successful request');
    const failed = reportShapes.allFailed();
    for (const name of ['ttft', 'ttft-distribution', 'ttft-input-tokens'] as const)
      expect(render(failed, name, 'light')).toMatchObject({
        svg: null,
        reason: expect.stringMatching(/success|succeeded/),
      });
    expect(render(failed, 'requests-per-minute', 'light').reason).toBe('no request succeeded');
    expect(readTexts(draw(failed, 'timeline'))).not.toContain('median TTFT, ms');
    expect(render(reportShapes.nothingSent(), 'timeline', 'light').reason).toBe('no request was sent');
  });

  test.each(Object.entries(reportShapes))('draws a chart or returns why it is missing: %s', (_, make) => {
    const shaped = make();
    for (const name of chartNames) {
      const { svg, reason } = render(shaped, name, 'dark');
      expect((svg ?? reason)?.length, name).toBeGreaterThan(5);
      expect(svg ?? '', name).not.toMatch(/NaN|Infinity|undefined|null/);
    }
  });

  test('has ticks only at the measured loads', () => {
    const many = reportShapes.manySeries();
    expect(
      readTexts(draw(many, 'ttft')).filter((text) => ['1', '7', '30', '2', '8', '16', '32'].includes(text)),
    ).toEqual(['1', '7', '30']);
  });

  test('limits the chart of many targets to medians and to the lowest and highest load', () => {
    const many = reportShapes.manySeries();
    expect(readTexts(draw(many, 'ttft')).join()).not.toContain('p95');
    expect(readTexts(draw(sweep, 'ttft')).join()).toContain('anyscale, p95');
    const ratios = readTexts(draw(many, 'comparison'));
    expect(ratios).toEqual(expect.arrayContaining(['TTFT, median @1', 'TTFT, median @30', 'Cost @1', 'Cost @30']));
    expect(ratios).not.toContain('TTFT, median @7');
    expect(readTexts(draw(sweep, 'comparison'))).toContain('TTFT, median @5');
    expect(readTexts(draw(many, 'ttft-distribution')).filter((text) => text.includes('@'))).toHaveLength(8);
  });

  test('omits targets without a value from the legend', () => {
    const { stages, ...rest } = reportShapes.sweep();
    const unpriced = stages.map((stage) => {
      if (stage.targetId !== 'fireworks') return stage;
      const costPerThousandRequestsUsd = {
        ...stage.cost.costPerThousandRequestsUsd,
        ...{ value: null, interval: null, n: 0, reason: 'the target has no pricing' },
      };
      return { ...stage, cost: { ...stage.cost, costPerThousandRequestsUsd } };
    });
    expect(readTexts(draw({ ...rest, stages: unpriced }, 'cost'))).not.toContain('fireworks');
    expect(readTexts(draw(sweep, 'cost'))).toContain('fireworks');
  });

  test('places the rows of a legend above the plot', () => {
    const svg = draw(reportShapes.manySeries(), 'requests-per-minute');
    const findY = (text: string) => Number(new RegExp(`translate\\([\\d.]+ ([\\d.]+)\\)[^>]*>${text}<`).exec(svg)?.[1]);
    expect(findY('provider-0')).toBeLessThan(findY('provider-7'));
    expect(findY('provider-7')).toBeLessThan(findY('requests/min'));
  });

  test('limits the size of a chart of the largest run', () => {
    const load = { mode: 'concurrency' as const, stages: [{ concurrency: 50, requests: 5_000 }] };
    const input = makeReportInput(makeSpec({ load }), [quickProvider], 1, { withGaps: false });
    const large = buildReport(input);
    for (const name of chartNames) expect(draw(large, name).length, name).toBeLessThan(150_000);
  });
});

describe('chart colors', () => {
  const luminance = (hex: string) => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
      const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: string, b: string) => {
    const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (light + 0.05) / (dark + 0.05);
  };

  test.each(Object.entries<ChartTheme>(chartThemes))('%s: text has AA contrast, marks have 3:1', (_, theme) => {
    for (const text of [theme.ink, theme.soft]) expect(contrast(text, theme.paper)).toBeGreaterThan(4.5);
    for (const drawn of [...theme.series, theme.bad]) expect(contrast(drawn, theme.paper), drawn).toBeGreaterThan(3);
  });

  test.each(Object.entries<ChartTheme>(chartThemes))(
    '%s: neighbors differ with color vision deficiency',
    (_, theme) => {
      // Machado, Oliveira and Fernandes 2009, severity 1, in linear light; the distance of the simulated colors is compared.
      const deuteranopia = [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.01182, 0.04294, 0.968881],
      ];
      const protanopia = [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
      ];
      const seen = (hex: string, matrix: number[][]) => {
        const linear = [1, 3, 5].map((at) => (Number.parseInt(hex.slice(at, at + 2), 16) / 255) ** 2.2);
        return matrix.map(
          (row) =>
            Math.max(
              0,
              row.reduce((sum, k, i) => sum + k * (linear[i] ?? 0), 0),
            ) **
            (1 / 2.2),
        );
      };
      const first = theme.series.slice(0, 4);
      for (const matrix of [deuteranopia, protanopia])
        for (const [i, a] of first.entries())
          for (const b of first.slice(i + 1)) {
            const [one, two] = [seen(a, matrix), seen(b, matrix)];
            const distance = Math.hypot(...one.map((value, k) => value - (two[k] ?? 0)));
            expect(distance, `${a} and ${b}`).toBeGreaterThan(0.12);
          }
    },
  );

  test('of a page use properties that its style defines', () => {
    const { paper: _, series, ...colors } = pageTheme;
    for (const color of [...Object.values(colors), ...series]) {
      const property = /^var\((--[\w-]+)\)$/.exec(color)?.[1];
      expect(listThemeProperties('light')).toContain(`${property}:`);
      expect(listThemeProperties('dark')).toContain(`${property}:`);
    }
  });
});
