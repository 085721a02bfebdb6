import { loadValueOf } from '../../build/level-result.ts';
import type { Measured } from '../../build/measure-value.ts';
import type { Report, StageReport } from '../../model/report.ts';
import type { Labels } from '../../sections/labels.ts';
import { hasSchedule } from '../../words/describe-load.ts';
import { formatShort } from '../../words/format-number.ts';
import { axisLabelRoom, fontSize, horizontalAxis, rowAxis, verticalAxis } from './axis.ts';
import { type ChartOrReason, withhold } from './chart.ts';
import type { ChartTheme } from './chart-theme.ts';
import { describeCounts, describeInterval } from './describe-interval.ts';
import { labelRoom } from './label-room.ts';
import { seriesStyle } from './series-style.ts';
import { whiskers } from './whiskers.ts';

/** A metric that is shown against the load: one number a stage, or two. */
export type LoadMetric = {
  title: string;
  unit: string;
  /** Adds to the subtitle. */
  note: string;
  /** The first is drawn by a line, the second by a dashed one with open symbols. */
  statistics: readonly { name: string; measure(stage: StageReport): Measured }[];
};

type Placed = { stage: StageReport; targetIndex: number; label: string; points: Measured[] };

/** A metric against the load; where the run has one load only, stage by stage. */
export function loadChart(report: Report, labels: Labels, metric: LoadMetric): ChartOrReason {
  const placed = report.stages.map(
    (stage): Placed => ({
      stage,
      targetIndex: labels.targetIndex(stage.targetId),
      label: labels.stage(stage),
      points: metric.statistics.map(({ measure }) => measure(stage)),
    }),
  );
  const counts = placed.flatMap(({ points }) => points.filter(({ value }) => value !== null).map(({ n }) => n));
  if (counts.length === 0) return withhold(placed[0]?.points[0]?.reason ?? 'the run has no stage');
  if (placed.every(({ points }) => points.every(({ value }) => value === null || value === 0)))
    return withhold('no request ended well');
  const hasIntervals = placed.some(({ points }) => points.some(({ interval }) => interval !== null));
  // What an import does not say, and a trace has not, is 0.
  const known = placed.filter(({ stage }) => loadValueOf(stage) > 0);
  const isSeries = new Set(known.map(({ stage }) => loadValueOf(stage))).size > 1;
  // Two lines of each of many targets nobody could tell apart.
  const drawnStatistics = isSeries && labels.targets.length > maxTargetsOfTwoLines ? 1 : metric.statistics.length;
  const shown = { ...metric, statistics: metric.statistics.slice(0, drawnStatistics) };
  const names = shown.statistics.map(({ name }) => name);
  const drawn = isSeries ? lines(known, labels.targets, shown, loadAxisName(report)) : rows(placed, shown);
  return {
    withheld: null,
    chart: {
      title: isSeries ? `${metric.title} against ${loadWord(report)}` : metric.title,
      subtitle: [
        `${names.join(' and ')}${hasIntervals ? ' with 95 % intervals' : ''}`,
        `${describeCounts(counts)} a point`,
        metric.note,
      ]
        .filter((part) => part !== '')
        .join('; '),
      words: placed.map((each) => describe(each, metric)),
      ...drawn,
    },
  };
}

function describe({ label, points }: Placed, { statistics, unit }: LoadMetric): string {
  const parts = points.map(({ value, n, reason, interval }, i) => {
    const name = statistics[i]?.name ?? '';
    if (value === null) return `no ${name} (${reason})`;
    const sure = interval === null ? '' : `${describeInterval(interval)}, `;
    return `${name} ${formatShort(value)} ${unit} (${sure}n ${n})`;
  });
  return `${label}: ${parts.join('; ')}.`;
}

function loadWord(report: Report): string {
  return hasSchedule(report.stages) ? 'request rate' : 'concurrency';
}

function loadAxisName(report: Report): string {
  return hasSchedule(report.stages) ? 'requests per second asked for' : 'concurrent requests';
}

const farApart = 12;
const maxTargetsOfTwoLines = 4;
/** Room beside the first and the last load, as a share of the axis. */
const edgeShare = 0.04;

function lines(placed: readonly Placed[], targets: readonly string[], metric: LoadMetric, axisName: string) {
  const loads = placed.map(({ stage }) => loadValueOf(stage));
  const logarithmic = Math.max(...loads) / Math.min(...loads) > farApart;
  const several = metric.statistics.length > 1;
  const nameOf = (label: string, name: string) => (several ? `${label}, ${name}` : label);
  const withValues = targets.filter((_, targetIndex) =>
    placed.some((each) => each.targetIndex === targetIndex && each.points.some(({ value }) => value !== null)),
  );
  const legend = withValues.flatMap((label) => metric.statistics.map(({ name }) => nameOf(label, name)));
  const seriesOf = (theme: ChartTheme) =>
    targets.flatMap((label, targetIndex) =>
      metric.statistics.flatMap(({ name }, k) => {
        const { color, symbol } = seriesStyle(theme, targetIndex);
        const own = placed
          .filter((each) => each.targetIndex === targetIndex)
          .map(({ stage, points }) => ({ at: loadValueOf(stage), point: points[k] }))
          .sort((a, b) => a.at - b.at);
        const line = {
          type: 'line',
          name: nameOf(label, name),
          ...pointStyle(theme, color, symbol, k),
          lineStyle: { color, width: k === 0 ? 2.25 : 1.5, type: k === 0 ? 'solid' : 'dashed' },
          data: own.map(({ at, point }) => [at, point?.value ?? '-']),
        };
        return [line, whiskers(color, intervalsOf(own), { upright: true, dashed: k > 0 })];
      }),
    );
  return {
    plotHeight: 240,
    legend: legend.length > 1 ? legend : [],
    left: axisLabelRoom,
    option: (theme: ChartTheme) => ({
      xAxis: horizontalAxis(theme, {
        name: axisName,
        logarithmic,
        ticks: [...new Set(loads)],
        ...edges(loads, logarithmic),
      }),
      yAxis: verticalAxis(theme, { name: metric.unit, min: 0 }),
      series: seriesOf(theme),
    }),
  };
}

/** From zero, or on a logarithmic axis from the least load, to a little beyond the largest. */
function edges(loads: readonly number[], logarithmic: boolean): { min: number; max: number } {
  const [least, most] = [Math.min(...loads), Math.max(...loads)];
  if (!logarithmic) return { min: 0, max: most * (1 + edgeShare) };
  const room = (most / least) ** edgeShare;
  return { min: least / room, max: most * room };
}

function rows(placed: readonly Placed[], metric: LoadMetric) {
  const several = metric.statistics.length > 1;
  const seriesOf = (theme: ChartTheme) =>
    metric.statistics.flatMap(({ name }, k) =>
      placed.flatMap(({ targetIndex, points }, row) => {
        const { color, symbol } = seriesStyle(theme, targetIndex);
        const point = points[k];
        const data = point === undefined || point.value === null ? [] : [[point.value, row]];
        return [
          whiskers(color, intervalsOf([{ at: row, point }]), { upright: false, dashed: k > 0 }),
          {
            type: 'scatter',
            name,
            ...pointStyle(theme, color, symbol, k),
            label: {
              show: true,
              position: k === 0 ? 'top' : 'bottom',
              color: theme.ink,
              fontSize: fontSize - 1,
              formatter: formatShort(point?.value ?? 0),
            },
            data,
          },
        ];
      }),
    );
  const names = placed.map(({ label }) => label);
  return {
    plotHeight: 20 + 50 * placed.length,
    legend: [],
    left: labelRoom(names),
    option: (theme: ChartTheme) => ({
      xAxis: horizontalAxis(theme, {
        name: several
          ? `${metric.unit} (filled: ${metric.statistics[0]?.name}; open: ${metric.statistics[1]?.name})`
          : metric.unit,
        min: 0,
      }),
      yAxis: rowAxis(theme, names),
      series: seriesOf(theme),
    }),
  };
}

/** Filled symbols for the first statistic, open ones for the second. */
function pointStyle(theme: ChartTheme, color: string, symbol: string, statistic: number) {
  const fill = theme.paper === 'none' ? 'var(--chart-paper)' : theme.paper;
  return {
    symbol,
    symbolSize: 9,
    silent: true,
    itemStyle: statistic === 0 ? { color } : { color: fill, borderColor: color, borderWidth: 1.75 },
  };
}

function intervalsOf(points: readonly { at: number; point: Measured | undefined }[]) {
  return points.flatMap(({ at, point }) =>
    point === undefined || point.interval === null ? [] : [{ at, low: point.interval.low, high: point.interval.high }],
  );
}
