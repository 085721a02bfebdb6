import type { Timeline } from '../../model/chart-data.ts';
import type { Report } from '../../model/report.ts';
import type { Labels } from '../../sections/labels.ts';
import { chooseOriginWords } from '../../sections/write-method.ts';
import { formatNumber, formatShort } from '../../words/format-text.ts';
import type { ChartOrReason, ChartTheme } from './chart.ts';
import { axisLabelRoom, chooseStyle, drawLine, drawMarks, makeHorizontalAxis, makeVerticalAxis } from './draw-plot.ts';

type Own = Timeline['targets'][number] & { label: string };

const maxSecondsInSeconds = 300;
const gapPx = 54;
const panelPx = 143;

/** Builds a chart of how many requests ended over time and, below it, their median TTFT in each time bin. */
export function buildTimelineChart({ run, charts: { timeline } }: Report, labels: Labels): ChartOrReason {
  if (timeline === null) return { reason: chooseOriginWords(run).noTimeline };
  const own = timeline.targets.map((target) => ({ ...target, label: labels.target(target.targetId) }));
  const hasFailures = own.some(({ failed }) => sum(failed) > 0);
  const hasMedians = own.some(({ ttftP50Ms }) => ttftP50Ms.some((value) => value !== null));
  return {
    title: 'Requests over time',
    subtitle: `${hasMedians ? 'successful ' : ''}requests that ended in each ${timeline.binMs / 1_000} s bin${hasMedians ? ', and their median TTFT' : ''}${hasFailures ? '; crosses: failures' : ''}`,
    words: own.map((target) => describe(target, timeline)),
    plotHeight: hasMedians ? 2 * panelPx + gapPx : panelPx,
    legend: own.length > 1 ? own.map(({ label }) => label) : [],
    left: axisLabelRoom,
    option: (theme) => drawPanels(own, timeline, hasMedians, theme),
  };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

function describe({ label, ok, failed, ttftP50Ms }: Own, { from, binMs }: Timeline): string {
  const active = findActive({ ok, failed });
  if (active === null) return `${label}: no request ended.`;
  const at = (bin: number) => `${formatNumber((bin * binMs) / 1_000, 0)} s`;
  const medians = ttftP50Ms.filter((value) => value !== null);
  const ttft =
    medians.length === 0
      ? ''
      : `; median TTFT per bin from ${formatShort(Math.min(...medians))} to ${formatShort(Math.max(...medians))} ms`;
  return `${label}: ${formatNumber(sum(ok), 0)} successful and ${formatNumber(sum(failed), 0)} failed requests, from ${at(active.first)} to ${at(active.last + 1)} after ${from.slice(0, 19).replace('T', ' ')} UTC; at most ${formatNumber(Math.max(...ok), 0)} successful requests per bin${ttft}.`;
}

/** Returns the first and the last bin in which a request of the target ended. Returns null if no request ended. */
function findActive({ ok, failed }: Pick<Own, 'ok' | 'failed'>): { first: number; last: number } | null {
  const active = ok.map((count, bin) => count + (failed[bin] ?? 0) > 0);
  const first = active.indexOf(true);
  return first < 0 ? null : { first, last: active.lastIndexOf(true) };
}

type Scale = { middleOf(bin: number): number; perMinute: number };

/** Draws the rates of successful and failed requests. If there are median TTFTs, draws them in a panel below. */
function drawPanels(own: readonly Own[], { binMs }: Timeline, hasMedians: boolean, theme: ChartTheme) {
  const bins = own[0]?.ok.length ?? 0;
  const inSeconds = (bins * binMs) / 1_000 <= maxSecondsInSeconds;
  const unitMs = inSeconds ? 1_000 : 60_000;
  const scale: Scale = { middleOf: (bin) => ((bin + 0.5) * binMs) / unitMs, perMinute: 60_000 / binMs };
  const name = `${inSeconds ? 'seconds' : 'minutes'} since the first request`;
  const axis = { min: 0, max: (bins * binMs) / unitMs };
  const panels = hasMedians ? ['requests/min', 'median TTFT, ms'] : ['requests/min'];
  return {
    grid: panels.map((_, i) => ({ top: i * (panelPx + gapPx), height: panelPx })),
    xAxis: panels.map((_, i) => {
      const isLast = i === panels.length - 1;
      const drawn = makeHorizontalAxis(theme, { ...axis, name: isLast ? name : '' });
      return { ...drawn, gridIndex: i, axisLabel: { ...drawn.axisLabel, show: isLast, showMaxLabel: false } };
    }),
    yAxis: panels.map((panel, i) => ({
      ...makeVerticalAxis(theme, { name: panel, min: 0, splitNumber: 3 }),
      gridIndex: i,
    })),
    series: own.flatMap((target, i) => [
      ...drawRates(target, i, scale, theme),
      ...(hasMedians ? [drawMedians(target, i, scale, theme)] : []),
    ]),
  };
}

function drawRates(own: Own, targetIndex: number, { middleOf, perMinute }: Scale, theme: ChartTheme) {
  const active = findActive(own);
  const isDuring = (bin: number) => active !== null && bin >= active.first && bin <= active.last;
  const rates = own.ok.map((count, bin) => [middleOf(bin), isDuring(bin) ? count * perMinute : '-']);
  const failures = own.failed.flatMap((count, bin) => (count > 0 ? [[middleOf(bin), count * perMinute]] : []));
  const cross = { color: theme.bad, symbol: 'path://M-4 -4L4 4M-4 4L4 -4' };
  return [
    drawTarget(own.label, targetIndex, rates, theme),
    {
      ...drawMarks(`${own.label}, failures`, cross, failures),
      itemStyle: { color: 'none', borderColor: theme.bad, borderWidth: 2 },
    },
  ];
}

function drawMedians({ label, ttftP50Ms }: Own, targetIndex: number, { middleOf }: Scale, theme: ChartTheme) {
  const medians = ttftP50Ms.map((value, bin) => [middleOf(bin), value ?? '-']);
  const marks = { symbol: 'circle', showSymbol: true, symbolSize: 3, connectNulls: false };
  return { ...drawTarget(label, targetIndex, medians, theme), ...marks, xAxisIndex: 1, yAxisIndex: 1 };
}

function drawTarget(label: string, targetIndex: number, data: (number | string)[][], theme: ChartTheme) {
  const { color } = chooseStyle(theme, targetIndex);
  return drawLine(label, color, data, { width: 1.75, isDashed: targetIndex % 2 === 1 });
}
