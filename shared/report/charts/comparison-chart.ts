import type { Compared, Report } from '../report.ts';
import { formatShort } from '../text/format-number.ts';
import { plainText } from '../text/plain-text.ts';
import { targetLabels } from '../text/stage-labels.ts';
import { horizontalAxis, rowAxis } from './axis.ts';
import { type ChartOrReason, withhold } from './chart.ts';
import type { ChartTheme } from './chart-theme.ts';
import { labelRoom } from './label-room.ts';
import { seriesStyle } from './series-style.ts';
import { whiskers } from './whiskers.ts';

const shown = [
  { metric: 'ttftMs', statistic: 'p50', window: null, label: 'TTFT, median' },
  { metric: 'itlMs', statistic: 'p50', window: null, label: 'ITL, median' },
  { metric: 'e2eLatencyMs', statistic: 'p50', window: null, label: 'End to end, median' },
  { metric: 'completedRequestsPerMinute', statistic: null, window: 'steady', label: 'Requests per minute' },
  { metric: 'costPerThousandRequestsUsd', statistic: null, window: null, label: 'Cost' },
] as const;

/** More rows than this nobody reads; the tables have them all. */
const maxRows = 40;

type Row = { label: string; load: string; target: number; figure: Compared & { ratio: number } };

/** How many times the base each figure of the other targets is, at the same load. */
export function comparisonChart(report: Report): ChartOrReason {
  const { comparisons } = report;
  const [first] = comparisons;
  if (first === undefined) return withhold('no two targets were measured at the same load');
  const all = rowsOf(report);
  if (all.length === 0) return withhold('no figure of two targets can be set side by side');
  const rows = all.slice(0, maxRows);
  const base = targetLabels(report).get(first.base) ?? first.base;
  const left = all.length - rows.length;
  return {
    withheld: null,
    chart: {
      title: `Each figure as a multiple of that of ${base}`,
      subtitle: `ratio to ${base} at the same load, with 95 % intervals where there are any${left > 0 ? `; ${left} more rows are in the tables` : ''}`,
      words: rows.flatMap(({ load, figure: { statement } }) =>
        statement === null ? [] : [plainText(load === '' ? statement : `At ${load}: ${statement}`)],
      ),
      plotHeight: 24 + 24 * rows.length,
      legend: [],
      left: labelRoom(rows.map(({ label }) => label)),
      option: (theme) => optionOf(rows, base, theme),
    },
  };
}

/** Metric by metric, so that the same metric of all loads stands together. */
function rowsOf(report: Report): Row[] {
  const labels = targetLabels(report);
  const ids = [...labels.keys()];
  const loads = new Map(report.stages.map(({ level, target, load }) => [`${level}/${target}`, load]));
  const severalLoads = new Set(report.comparisons.map(({ level }) => level)).size > 1;
  const severalTargets = labels.size > 2;
  return shown.flatMap(({ label, ...what }) =>
    report.comparisons.flatMap(({ level, base, target, figures }) => {
      const figure = figures.find(
        (each) => each.metric === what.metric && each.statistic === what.statistic && each.window === what.window,
      );
      if (figure === undefined || figure.ratio === null || figure.ratio <= 0) return [];
      const load = loads.get(`${level}/${base}`);
      const at = load?.requestsPerSecond == null ? `${load?.concurrency ?? '?'}` : `${load.requestsPerSecond}/s`;
      const where = [...(severalTargets ? [labels.get(target) ?? target] : []), ...(severalLoads ? [`@${at}`] : [])];
      return [
        {
          label: [label, ...where].join(' '),
          load: severalLoads ? at : '',
          target: ids.indexOf(target),
          figure: { ...figure, ratio: figure.ratio },
        },
      ];
    }),
  );
}

function optionOf(rows: readonly Row[], base: string, theme: ChartTheme) {
  const ends = rows.flatMap(({ figure: { ratio, inference } }) => {
    const interval = inference?.ratio.interval;
    return [ratio, interval?.low ?? ratio, interval?.high ?? ratio].filter((value) => value > 0);
  });
  const [low, high] = [Math.min(1, ...ends), Math.max(1, ...ends)];
  const margin = Math.max(0.02, (high - low) * 0.08);
  return {
    xAxis: {
      ...horizontalAxis(theme, {
        name: `ratio (1: the same as ${base})`,
        min: Math.max(0, low - margin),
        max: high + margin,
      }),
      axisLabel: {
        color: theme.soft,
        fontSize: 13,
        formatter: (value: number) => formatRatio(value),
        showMinLabel: false,
        showMaxLabel: false,
      },
    },
    yAxis: rowAxis(
      theme,
      rows.map(({ label }) => label),
    ),
    series: [
      {
        type: 'line',
        name: 'the same',
        silent: true,
        symbol: 'none',
        data: [],
        markLine: {
          silent: true,
          symbol: 'none',
          label: { show: false },
          lineStyle: { color: theme.ink, width: 1.25, type: 'solid' },
          data: [{ xAxis: 1 }],
        },
      },
      ...rows.flatMap(({ target, figure: { ratio, inference } }, row) => {
        const { color, symbol } = seriesStyle(theme, target);
        const interval = inference?.ratio.interval;
        return [
          whiskers(color, interval == null ? [] : [{ at: row, low: interval.low, high: interval.high }], {
            upright: false,
          }),
          {
            type: 'scatter',
            name: 'ratio',
            silent: true,
            symbol,
            symbolSize: 9,
            itemStyle: { color },
            data: [[ratio, row]],
          },
        ];
      }),
    ],
  };
}

function formatRatio(value: number): string {
  return value >= 10 ? formatShort(value) : String(Number(value.toFixed(3)));
}
