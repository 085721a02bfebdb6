import type { Report } from '../report.ts';
import { formatNumber, formatShort } from '../text/format-number.ts';
import { targetLabels } from '../text/stage-labels.ts';
import { axisLabelRoom, horizontalAxis, verticalAxis } from './axis.ts';
import { type ChartOrReason, withhold } from './chart.ts';
import type { Timeline } from './chart-data.ts';
import type { ChartTheme } from './chart-theme.ts';
import { seriesStyle } from './series-style.ts';

type Own = Timeline['targets'][number] & { label: string };

const maxSecondsInSeconds = 300;
const gapPx = 54;
const plotHeight = 340;

/** Requests that ended over the run, and below it the median TTFT of those that ended in each bin. */
export function timelineChart(report: Report): ChartOrReason {
  const { timeline } = report.charts;
  if (timeline === null)
    return withhold(
      report.run.source === 'imported' ? 'LLMPerf does not record when requests ran' : 'no request was issued',
    );
  const labels = targetLabels(report);
  const own = timeline.targets.map((target) => ({ ...target, label: labels.get(target.target) ?? target.target }));
  const failed = own.reduce((sum, target) => sum + total(target.failed), 0);
  const seconds = String(timeline.binMs / 1_000);
  return {
    withheld: null,
    chart: {
      title: 'Over time',
      subtitle: `requests that ended in each ${seconds} s, and the median TTFT of the good ones${failed > 0 ? '; crosses: bins with failures' : ''}`,
      words: own.map((target) => describe(target, timeline)),
      plotHeight,
      legend: own.length > 1 ? own.map(({ label }) => label) : [],
      left: axisLabelRoom,
      option: (theme) => optionOf(own, timeline, theme),
    },
  };
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

function describe({ label, ok, failed, ttftP50Ms }: Own, { from, binMs }: Timeline): string {
  const active = spanOf({ ok, failed });
  if (active === null) return `${label}: no request ended.`;
  const at = (bin: number) => `${formatNumber((bin * binMs) / 1_000, 0)} s`;
  const medians = ttftP50Ms.filter((value) => value !== null);
  const ttft =
    medians.length === 0
      ? ''
      : `; the median TTFT of a bin was ${formatShort(Math.min(...medians))} to ${formatShort(Math.max(...medians))} ms`;
  return `${label}: ${formatNumber(total(ok), 0)} requests ended well and ${formatNumber(total(failed), 0)} failed, from ${at(active.first)} to ${at(active.last + 1)} after ${from.slice(0, 19).replace('T', ' ')} UTC; at most ${formatNumber(Math.max(...ok), 0)} good ones a bin${ttft}.`;
}

/** The bins in which anything of a target ended. */
function spanOf({ ok, failed }: Pick<Own, 'ok' | 'failed'>): { first: number; last: number } | null {
  const active = ok.map((count, bin) => count + (failed[bin] ?? 0) > 0);
  const first = active.indexOf(true);
  return first < 0 ? null : { first, last: active.lastIndexOf(true) };
}

function optionOf(own: readonly Own[], { binMs }: Timeline, theme: ChartTheme) {
  const bins = own[0]?.ok.length ?? 0;
  const inSeconds = (bins * binMs) / 1_000 <= maxSecondsInSeconds;
  const unitMs = inSeconds ? 1_000 : 60_000;
  const middleOf = (bin: number) => ((bin + 0.5) * binMs) / unitMs;
  const perMinute = 60_000 / binMs;
  const height = (plotHeight - gapPx) / 2;
  const xAxis = {
    min: 0,
    max: (bins * binMs) / unitMs,
    name: `${inSeconds ? 'seconds' : 'minutes'} since the first request`,
  };
  const series = own.flatMap((target, i) => {
    const { color } = seriesStyle(theme, i);
    const lineStyle = { color, width: 1.75, type: i % 2 === 0 ? 'solid' : 'dashed' };
    const span = spanOf(target);
    const during = (bin: number) => span !== null && bin >= span.first && bin <= span.last;
    const line = { type: 'line', name: target.label, silent: true, symbol: 'none', lineStyle, itemStyle: { color } };
    return [
      { ...line, data: target.ok.map((count, bin) => [middleOf(bin), during(bin) ? count * perMinute : '-']) },
      {
        ...line,
        xAxisIndex: 1,
        yAxisIndex: 1,
        ...(i % 2 === 0 ? {} : { lineStyle: { ...lineStyle } }),
        connectNulls: false,
        symbol: 'circle',
        showSymbol: true,
        symbolSize: 3,
        data: target.ttftP50Ms.map((value, bin) => [middleOf(bin), value ?? '-']),
      },
      {
        type: 'scatter',
        name: `${target.label}, failures`,
        silent: true,
        symbol: 'path://M-4 -4L4 4M-4 4L4 -4',
        symbolSize: 8,
        itemStyle: { color: 'none', borderColor: theme.bad, borderWidth: 2 },
        data: target.failed.flatMap((count, bin) => (count > 0 ? [[middleOf(bin), count * perMinute]] : [])),
      },
    ];
  });
  return {
    grid: [
      { top: 0, height },
      { top: height + gapPx, height },
    ],
    xAxis: [
      { ...horizontalAxis(theme, { ...xAxis, name: '' }), gridIndex: 0, axisLabel: { show: false } },
      { ...horizontalAxis(theme, xAxis), gridIndex: 1 },
    ],
    yAxis: [
      { ...verticalAxis(theme, { name: 'requests/min', min: 0, splitNumber: 3 }), gridIndex: 0 },
      { ...verticalAxis(theme, { name: 'median TTFT, ms', min: 0, splitNumber: 3 }), gridIndex: 1 },
    ],
    series,
  };
}
