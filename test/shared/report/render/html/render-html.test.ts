import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { requestMetricNames } from '../../../../../shared/metric-names.ts';
import { buildReport } from '../../../../../shared/report/build/build-report.ts';
import type { Report } from '../../../../../shared/report/model/report.ts';
import { reportContentSecurityPolicy } from '../../../../../shared/report/render/html/page-style.ts';
import { renderHtml } from '../../../../../shared/report/render/html/render-html.ts';
import { composePage } from '../../../../../shared/report/sections/compose-report.ts';
import { basisWords } from '../../../../../shared/report/words/describe-metric.ts';
import {
  makeFailure,
  makeReportInput,
  makeSpec,
  makeTwoProviders,
  quickProvider,
} from '../../../../support/factories/sample-factory.ts';
import { reportShapes } from '../../report-shapes.ts';

const report = reportShapes.sweep();
const manifest = '{"manifestVersion":1,"spec":{"seed":117}}';
const page = renderHtml(composePage(report, manifest));

const aroundOne = { low: 0.9, high: 1.1, level: 0.95, method: 'made up' };

/** Returns the visible text of markup, with single spaces. */
function readText(html: string): string {
  return html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
}

/** Lists the tags with the names of their attributes, in order. */
function skeleton(html: string): string[] {
  return [...html.matchAll(/<(\/?[a-z][\w-]*)((?:\s+[\w:-]+(?:="[^"]*")?)*)\s*\/?>/gi)].map(
    ([, tag, attributes = '']) =>
      `${tag} ${[...attributes.matchAll(/([\w:-]+)="/g)].map(([, name]) => name).join(' ')}`,
  );
}

describe('renderHtml', () => {
  test('produces the same bytes for the same report', () => {
    expect(renderHtml(composePage(report, manifest))).toBe(page);
  });

  test('loads nothing, runs nothing, and has a policy that forbids both', () => {
    expect(page).toContain(`<meta http-equiv="Content-Security-Policy" content="`);
    expect(reportContentSecurityPolicy).toMatch(/^default-src 'none'; style-src 'unsafe-inline'; img-src data:/);
    const active = skeleton(page).filter((tag) =>
      /^(script|link|img|iframe|object|embed|form)\b| (src|on\w+)\b/.test(tag),
    );
    expect(active).toEqual([]);
    expect(page).not.toMatch(/@import|url\((?!#chart-)|javascript:/i);
    const links = [...page.matchAll(/ href="([^"]*)"/g)].map((match) => match[1] ?? '');
    expect(links.filter((link) => !link.startsWith('#'))).toEqual([]);
  });

  test.each(Object.entries(reportShapes))('has valid links and unique ids: %s', (_, make) => {
    const html = renderHtml(composePage(make(), null));
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
    const links = [...html.matchAll(/ href="#([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(links.filter((link) => !ids.includes(link))).toEqual([]);
    expect(html).not.toMatch(/\[object |undefined|NaN/);
  });

  test('shows each metric with its formula, basis and n', () => {
    const text = page
      .replaceAll(/<[^>]+>/g, '')
      .replaceAll('&#39;', "'")
      .replaceAll('&lt;', '<')
      .replaceAll('&quot;', '"');
    for (const name of requestMetricNames) {
      const { formula, basis, over } = report.metrics[name] ?? {};
      expect(text).toContain(`${name} = ${formula}`);
      expect(text).toContain(`based on ${basis === undefined ? '' : basisWords[basis]}; computed over ${over}`);
      expect(page).toContain(`id="metric-${name}"`);
    }
    for (const name of Object.keys(report.metrics)) expect(page).toContain(`<code>${name}</code>`);
  });

  test('starts with the key metrics at the lowest and highest load, with intervals and changes from the first target', () => {
    const tiles = readText(/<section class="tiles"[\s\S]*?<\/section>/.exec(page)?.[0] ?? '');
    const at = (targetId: string, levelIndex: number) =>
      report.stages.find((stage) => stage.targetId === targetId && stage.levelIndex === levelIndex)?.requests.ttftMs;
    const [lowest, highest] = [at('fireworks', 0), at('fireworks', 2)];
    for (const statistics of [lowest, highest]) {
      const { low = 0, high = 0 } = statistics?.intervals?.p50.interval ?? {};
      expect(tiles).toContain(`${statistics?.p50?.toFixed(1)} ${low.toFixed(1)} to ${high.toFixed(1)}`);
    }
    const compared = report.comparisons[0]?.metrics.find(
      (each) => each.metric === 'ttftMs' && each.statistic === 'p50',
    );
    expect(tiles).toContain(`${(((compared?.ratio ?? 0) - 1) * 100).toFixed(1)} % longer`);
    expect(tiles).toContain('concurrency 1 concurrency 30');
    expect(page.indexOf('class="tiles"')).toBeLessThan(page.indexOf('id="glance"'));
  });

  test('shows the result of a search before the numbers', () => {
    const levels = report.stages
      .filter(({ targetId }) => targetId === 'anyscale')
      .map(({ stageIndex, load }) => ({
        stageIndex,
        value: load.concurrency ?? 0,
        requestsPerSecond: 1,
        isMet: null,
        trust: { result: 'ok' as const, reasons: [] },
      }));
    const finding = { value: 12, low: 5, high: 30, reason: null, statement: 'The knee is at some 12 streams.' };
    const sweeps = [{ targetId: 'anyscale', over: 'concurrency' as const, find: 'knee' as const, levels, finding }];
    const html = renderHtml(composePage({ ...report, sweeps }, null));
    expect(html.indexOf('anyscale: The knee is at some 12 streams.')).toBeGreaterThan(0);
    expect(html.indexOf('anyscale: The knee')).toBeLessThan(html.indexOf('class="tiles"'));
  });

  test('shows no clear difference if chance can explain it', () => {
    const targetId = 'target-with-a-long-name-2';
    const { stages, comparisons, ...rest } = reportShapes.manyTargets();
    const levels = stages.filter((stage) => stage.levelIndex === 0).map((stage) => ({ ...stage }));
    const unclear = comparisons.map((comparison) => ({
      ...comparison,
      metrics: comparison.metrics.map((compared) =>
        compared.inference === null || comparison.targetId !== targetId
          ? compared
          : {
              ...compared,
              inference: { ...compared.inference, ratio: { ...compared.inference.ratio, interval: aroundOne } },
            },
      ),
    }));
    expect(renderHtml(composePage({ ...rest, stages: levels, comparisons: unclear }, null))).toContain(
      'no clear difference',
    );
  });

  test('shows the time, the token counts, the connections and the measurement error', () => {
    const facts = readText(/<dl class="facts">[\s\S]*?<\/dl>/.exec(page)?.[0] ?? '');
    expect(facts).toMatch(/Measurement 2024-01-17 12:00:00 to 12:\d\d:\d\d UTC \(\d+\.\d min, without the warm-up\)/);
    const { mean, stddev } = report.targets[0]?.requests.outputTokens ?? {};
    expect(facts).toContain(`${mean?.toFixed(1)} ± ${stddev?.toFixed(1)} out`);
    expect(facts).toContain('reused connections; timeout 90 s');
    expect(facts).toContain('measurement error 0.500 ms');
    expect(facts).toContain('Tokenmeter 0.1.0 on Node 24.21.0, linux arm64, in us-east-1');
  });

  test('lists a target without successful requests in its first line and shows no change for it', () => {
    const input = makeTwoProviders(40);
    const [good, silent] = input.stages;
    if (good === undefined || silent === undefined) throw new Error('two stages');
    const samples = [...silent.samples].map(({ requestIndex: index, warmup }) =>
      makeFailure(index, 3, { requestIndex: index, warmup }),
    );
    const html = renderHtml(composePage(buildReport({ ...input, stages: [good, { ...silent, samples }] }), null));
    expect(readText(html)).toContain('40 of 80 requests succeeded; fireworks: 0 of 40 requests succeeded.');
    expect(html).not.toContain('100.0 % lower');
  });

  test('uses the model and the target as the title of a run without a name', () => {
    const unnamed = renderHtml(composePage(reportShapes.oneTarget(), null));
    expect(unnamed).toContain('<h1>meta-llama/Llama-2-70b-chat-hf on target-1</h1>');
  });

  test('shows the outcomes first, and no empty tables, if no request succeeded', () => {
    const failed = renderHtml(composePage(reportShapes.allFailed(), null));
    expect(failed.indexOf('id="outcomes"')).toBeLessThan(failed.indexOf('id="charts"'));
    expect(failed).not.toContain('class="tiles"');
    expect(failed).toContain('Metrics without a value (no request succeeded)');
    expect(failed).not.toContain('id="metric-ttftMs"');
    expect(page.indexOf('id="outcomes"')).toBeGreaterThan(page.indexOf('id="charts"'));
  });

  test('collapses and counts many assertions, and shows limits with all digits', () => {
    const many = renderHtml(composePage(reportShapes.manySeries(), null));
    expect(many).toMatch(/\d+ of 24 assertions pass \(\d+ conclusive\); \d+ fail \(\d+ conclusive\)\./);
    expect(many).toContain('ttftMs p50 &lt;= 0.25');
    expect(page).not.toContain('assertions pass');
  });

  test('shows the verdict, the trust result, the manifest with its hash, and the commands to reproduce the run', () => {
    expect(page).toContain('Verdict: fail');
    expect(page).toContain('Measurement quality: ok');
    expect(page.split(report.run.manifestSha256).length).toBeGreaterThan(4);
    expect(page).toContain(manifest.replaceAll('"', '&quot;'));
    expect(page).toContain(`/v1/runs/${report.run.runId}/rerun`);
    expect(page).toContain('npm run reproduce');
  });

  test('shows a reason for distrust before the numbers', () => {
    const suspect: Report = { ...report, trust: { result: 'suspect', reasons: ['a load started late', 'two'] } };
    const html = renderHtml(composePage(suspect, null));
    expect(html.indexOf('a load started late')).toBeLessThan(html.indexOf('id="glance"'));
  });

  test('replaces a long manifest with a note', () => {
    const html = renderHtml(composePage(report, `"${'x'.repeat(100_000)}"`));
    expect(html.length).toBeLessThan(page.length + 1_000);
    expect(html).toContain('The manifest has 100,002 characters');
  });

  test('escapes foreign text', () => {
    const fragment = fc.constantFrom(
      '<script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      "' onmouseover='alert(1)",
      '</title></style></svg><b>',
      '<!--',
      ']]>',
      '&lt;i&gt;',
      '\u202e\u0000',
      '{{7*7}}',
    );
    const hostile = fc.array(fragment, { minLength: 2, maxLength: 4 }).map((parts) => parts.join(''));
    const render = (text: string) => {
      const spec = makeSpec({
        name: text,
        targets: [{ model: text }],
        load: { mode: 'concurrency', stages: [{ concurrency: 2, requests: 12 }], warmupRequests: 0 },
        metadata: { [text.slice(0, 50)]: text },
      });
      const input = makeReportInput(spec, [quickProvider]);
      const error = { code: text, message: text };
      const stages = input.stages.map((stage) => ({
        ...stage,
        samples: stage.samples.map((sample) =>
          sample.requestIndex === 3 ? makeFailure(sample.startMs ?? 0, 3, { requestIndex: 3, error }) : sample,
        ),
      }));
      return renderHtml(composePage(buildReport({ ...input, stages }), JSON.stringify({ text })));
    };
    const harmless = skeleton(render('harmless'));
    fc.assert(
      fc.property(hostile, (text) => {
        expect(skeleton(render(text))).toEqual(harmless);
      }),
      { numRuns: 5 },
    );
  });
});
