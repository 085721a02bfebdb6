import type { Timeline, TimelineBin } from '../../model/chart-data.ts';
import type { Report } from '../../model/report.ts';
import { formatNumber, formatShort } from '../../words/format-text.ts';
import type { ChartOrReason, Panel, Point, Series } from '../chart.ts';
import type { Labels } from '../labels.ts';
import type { OriginWords } from '../origin-words.ts';

type Own = Timeline['targets'][number] & { label: string };

const maxSecondsInSeconds = 300;
const panelPx = 143;

/** Builds a chart of how many requests ended over time and, in a panel below, of the median TTFT in each time bin. */
export function buildTimelineChart(
  { charts: { timeline } }: Report,
  labels: Labels,
  { noTimeline }: OriginWords,
): ChartOrReason {
  if (timeline === null) return { reason: noTimeline };
  const own = timeline.targets.map((target) => ({ ...target, label: labels.target(target.targetId) }));
  const hasFailures = own.some(({ bins }) => bins.some(({ failed }) => failed > 0));
  const hasMedians = own.some(({ bins }) => bins.some(({ ttftP50Ms }) => ttftP50Ms !== null));
  const { panels, scale } = makePanels(own[0]?.bins.length ?? 0, timeline, hasMedians);
  return {
    title: 'Requests over time',
    subtitle: `${hasMedians ? 'successful ' : ''}requests that ended in each ${timeline.binMs / 1_000} s bin${hasMedians ? ', and their median TTFT' : ''}${hasFailures ? '; crosses: failures' : ''}`,
    words: own.map((target) => describe(target, timeline)),
    legend: own.length > 1 ? own.map(({ label }) => label) : [],
    panels,
    series: own.flatMap((target, i) => [
      ...makeRateSeries(target, i, scale),
      ...(hasMedians ? [makeMedianSeries(target, i, scale)] : []),
    ]),
  };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

function describe({ label, bins }: Own, { from, binMs }: Timeline): string {
  const active = findActive(bins);
  if (active === null) return `${label}: no request ended.`;
  const at = (bin: number) => `${formatNumber((bin * binMs) / 1_000, 0)} s`;
  const ok = bins.map((each) => each.ok);
  const failed = bins.map((each) => each.failed);
  const medians = bins.map(({ ttftP50Ms }) => ttftP50Ms).filter((value) => value !== null);
  const ttft =
    medians.length === 0
      ? ''
      : `; median TTFT per bin from ${formatShort(Math.min(...medians))} to ${formatShort(Math.max(...medians))} ms`;
  return `${label}: ${formatNumber(sum(ok), 0)} successful and ${formatNumber(sum(failed), 0)} failed requests, from ${at(active.first)} to ${at(active.last + 1)} after ${from.slice(0, 19).replace('T', ' ')} UTC; at most ${formatNumber(Math.max(...ok), 0)} successful requests per bin${ttft}.`;
}

/** Returns the first and the last bin in which a request of the target ended. Returns null if no request ended. */
function findActive(bins: readonly TimelineBin[]): { first: number; last: number } | null {
  const active = bins.map(({ ok, failed }) => ok + failed > 0);
  const first = active.indexOf(true);
  return first < 0 ? null : { first, last: active.lastIndexOf(true) };
}

type Scale = { placeBin(bin: number): number; perMinute: number };

/** Makes a panel for request rates and, if there are median TTFTs, a second panel for the medians below it. */
function makePanels(bins: number, { binMs }: Timeline, hasMedians: boolean): { panels: Panel[]; scale: Scale } {
  const inSeconds = (bins * binMs) / 1_000 <= maxSecondsInSeconds;
  const unitMs = inSeconds ? 1_000 : 60_000;
  const name = `${inSeconds ? 'seconds' : 'minutes'} since the first request`;
  const axis = { scale: 'time', min: 0, max: (bins * binMs) / unitMs } as const;
  const names = hasMedians ? ['requests/min', 'median TTFT, ms'] : ['requests/min'];
  const panels = names.map((panel, i) => ({
    heightPx: panelPx,
    x: { ...axis, name: i === names.length - 1 ? name : '' },
    y: { name: panel, min: 0, splitNumber: 3 },
  }));
  return { panels, scale: { placeBin: (bin) => ((bin + 0.5) * binMs) / unitMs, perMinute: 60_000 / binMs } };
}

function makeRateSeries(own: Own, targetIndex: number, { placeBin, perMinute }: Scale): Series[] {
  const active = findActive(own.bins);
  const isDuring = (bin: number) => active !== null && bin >= active.first && bin <= active.last;
  const rates = own.bins.map(({ ok }, bin): Point => [placeBin(bin), isDuring(bin) ? ok * perMinute : null]);
  const failures = own.bins.flatMap(({ failed }, bin): Point[] =>
    failed > 0 ? [[placeBin(bin), failed * perMinute]] : [],
  );
  return [
    makeTargetLine(own.label, targetIndex, rates),
    { kind: 'marks', name: `${own.label}, failures`, targetIndex: null, points: failures, sizePx: 8 },
  ];
}

function makeMedianSeries({ label, bins }: Own, targetIndex: number, { placeBin }: Scale): Series {
  const medians = bins.map(({ ttftP50Ms }, bin): Point => [placeBin(bin), ttftP50Ms]);
  return { ...makeTargetLine(label, targetIndex, medians), mark: 'dot', panelIndex: 1 };
}

function makeTargetLine(name: string, targetIndex: number, points: readonly Point[]) {
  return { kind: 'line', name, targetIndex, points, widthPx: 1.75, isDashed: targetIndex % 2 === 1 } as const;
}
