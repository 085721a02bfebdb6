import { getLoadValue, type Measured } from '../../build/measure-value.ts';
import type { Report, StageReport } from '../../model/report.ts';
import type { Labels } from '../../sections/labels.ts';
import { hasSchedule } from '../../words/describe-load.ts';
import { formatShort } from '../../words/format-text.ts';
import { type Chart, type ChartOrReason, type ChartTheme, describeCounts } from './chart.ts';
import {
  axisLabelRoom,
  chooseStyle,
  drawLine,
  drawMarks,
  drawWhiskers,
  fontSize,
  makeHorizontalAxis,
  makeRowAxis,
  makeVerticalAxis,
  measureLabelRoom,
} from './draw-plot.ts';

/** The content of a load chart: a metric, with one or two statistics for each stage. */
type LoadPlan = {
  title: string;
  unit: string;
  /** Text at the end of the subtitle. */
  note: string;
  /** The first statistic has a solid line; the second has a dashed line with hollow symbols. */
  statistics: readonly { name: string; measure(stage: StageReport): Measured }[];
};

type Placed = { stage: StageReport; targetIndex: number; label: string; points: Measured[] };
type Drawn = Pick<Chart, 'plotHeight' | 'legend' | 'left' | 'option'>;

const farApart = 12;
/** If there are more targets, each has only one line, because more lines would be hard to tell apart. */
const maxTargetsOfTwoLines = 4;
/** Space before the first and after the last load, as a share of the axis length. */
const edgeShare = 0.04;

/** Builds a chart of a metric by load, or by stage if all stages have the same load. */
export function buildLoadChart({ stages }: Report, labels: Labels, plan: LoadPlan): ChartOrReason {
  const placed = stages.map(
    (stage): Placed => ({
      stage,
      targetIndex: labels.targetIndex(stage.targetId),
      label: labels.stage(stage),
      points: plan.statistics.map(({ measure }) => measure(stage)),
    }),
  );
  const known = placed.flatMap(({ points }) => points.filter(({ value }) => value !== null));
  if (known.length === 0) return { reason: placed[0]?.points[0]?.reason ?? 'the run has no stages' };
  if (known.every(({ value }) => value === 0)) return { reason: 'no request succeeded' };
  const isRate = hasSchedule(stages);
  // `getLoadValue` returns 0 for the unknown load of an imported stage.
  const loaded = placed.filter(({ stage }) => getLoadValue(stage) > 0);
  const isSeries = new Set(loaded.map(({ stage }) => getLoadValue(stage))).size > 1;
  const isCrowded = isSeries && labels.targets.length > maxTargetsOfTwoLines;
  const shown = isCrowded ? { ...plan, statistics: plan.statistics.slice(0, 1) } : plan;
  const names = shown.statistics.map(({ name }) => name).join(' and ');
  const intervals = known.some(({ interval }) => interval !== null) ? ' with 95 % intervals' : '';
  return {
    title: isSeries ? `${plan.title} by ${isRate ? 'request rate' : 'concurrency'}` : plan.title,
    subtitle: `${names}${intervals}; ${describeCounts(known.map(({ n }) => n))} per point; ${plan.note}`,
    words: placed.map((each) => describe(each, plan)),
    ...(isSeries
      ? drawLines(loaded, labels.targets, shown, isRate ? 'target rate, requests/s' : 'concurrent requests')
      : drawRows(placed, shown)),
  };
}

function describe({ label, points }: Placed, { statistics, unit }: LoadPlan): string {
  const parts = points.map(({ value, n, reason, interval }, i) => {
    const name = statistics[i]?.name ?? '';
    if (value === null) return `no ${name} (${reason})`;
    const range =
      interval === null ? '' : `95 % interval ${formatShort(interval.low)} to ${formatShort(interval.high)}, `;
    return `${name} ${formatShort(value)} ${unit} (${range}n = ${n})`;
  });
  return `${label}: ${parts.join('; ')}.`;
}

function drawLines(
  placed: readonly Placed[],
  targets: readonly string[],
  { unit, statistics }: LoadPlan,
  axisName: string,
): Drawn {
  const loads = placed.map(({ stage }) => getLoadValue(stage));
  const logarithmic = Math.max(...loads) / Math.min(...loads) > farApart;
  const nameLine = (label: string, name: string) => (statistics.length > 1 ? `${label}, ${name}` : label);
  const withValues = targets.filter((_, targetIndex) =>
    placed.some((each) => each.targetIndex === targetIndex && each.points.some(({ value }) => value !== null)),
  );
  const legend = withValues.flatMap((label) => statistics.map(({ name }) => nameLine(label, name)));
  const drawSeries = (theme: ChartTheme) =>
    targets.flatMap((label, targetIndex) =>
      statistics.flatMap(({ name }, k) => {
        const style = chooseStyle(theme, targetIndex);
        const own = placed
          .filter((each) => each.targetIndex === targetIndex)
          .map(({ stage, points }) => ({ at: getLoadValue(stage), point: points[k] }))
          .sort((a, b) => a.at - b.at);
        const data = own.map(({ at, point }) => [at, point?.value ?? '-']);
        const line = drawLine(nameLine(label, name), style.color, data, {
          width: k === 0 ? 2.25 : 1.5,
          isDashed: k > 0,
        });
        const whiskers = own.map(({ at, point }) => ({ at, interval: point?.interval ?? null }));
        return [
          { ...line, symbol: style.symbol, symbolSize: 9, itemStyle: fillSymbol(theme, style.color, k) },
          drawWhiskers(style.color, whiskers, { isUpright: true, isDashed: k > 0 }),
        ];
      }),
    );
  const axis = { name: axisName, logarithmic, ticks: [...new Set(loads)], ...findEdges(loads, logarithmic) };
  return {
    plotHeight: 240,
    legend: legend.length > 1 ? legend : [],
    left: axisLabelRoom,
    option: (theme) => ({
      xAxis: makeHorizontalAxis(theme, axis),
      yAxis: makeVerticalAxis(theme, { name: unit, min: 0 }),
      series: drawSeries(theme),
    }),
  };
}

/** Returns an axis range from zero (or the smallest load if the axis is logarithmic) to slightly above the largest. */
function findEdges(loads: readonly number[], logarithmic: boolean): { min: number; max: number } {
  const [least, most] = [Math.min(...loads), Math.max(...loads)];
  if (!logarithmic) return { min: 0, max: most * (1 + edgeShare) };
  const room = (most / least) ** edgeShare;
  return { min: least / room, max: most * room };
}

function drawRows(placed: readonly Placed[], { unit, statistics }: LoadPlan): Drawn {
  const [filled, open] = statistics.map(({ name }) => name);
  const drawSeries = (theme: ChartTheme) =>
    statistics.flatMap(({ name }, k) =>
      placed.flatMap(({ targetIndex, points }, row) => {
        const style = chooseStyle(theme, targetIndex);
        const { value = null, interval = null } = points[k] ?? {};
        const label = {
          show: true,
          position: k === 0 ? 'top' : 'bottom',
          color: theme.ink,
          fontSize: fontSize - 1,
          formatter: formatShort(value ?? 0),
        };
        const marks = drawMarks(name, style, value === null ? [] : [[value, row]], 9);
        return [
          drawWhiskers(style.color, [{ at: row, interval }], { isUpright: false, isDashed: k > 0 }),
          { ...marks, itemStyle: fillSymbol(theme, style.color, k), label },
        ];
      }),
    );
  const names = placed.map(({ label }) => label);
  const axisName = open === undefined ? unit : `${unit} (filled: ${filled}; open: ${open})`;
  return {
    plotHeight: 20 + 50 * placed.length,
    legend: [],
    left: measureLabelRoom(names),
    option: (theme) => ({
      xAxis: makeHorizontalAxis(theme, { name: axisName, min: 0 }),
      yAxis: makeRowAxis(theme, names),
      series: drawSeries(theme),
    }),
  };
}

function fillSymbol(theme: ChartTheme, color: string, statistic: number) {
  if (statistic === 0) return { color };
  const paper = theme.paper === 'none' ? 'var(--chart-paper)' : theme.paper;
  return { color: paper, borderColor: color, borderWidth: 1.75 };
}
