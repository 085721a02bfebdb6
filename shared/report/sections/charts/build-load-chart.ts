import type { Measured } from '../../build/measure-value.ts';
import type { Report, StageReport } from '../../model/report.ts';
import { findLoadScale, getLoadValue } from '../../words/describe-load.ts';
import { formatShort } from '../../words/format-text.ts';
import { type Axis, type Chart, type ChartOrReason, describeCounts, type Point, type Series } from '../chart.ts';
import type { Labels } from '../labels.ts';

/** The content of a load chart: a metric, with one or two statistics for each stage. */
type LoadPlan = {
  title: string;
  /** Name of the metric. The chart shows the unit from the metric's definition in the report. */
  metric: string;
  /** Text at the end of the subtitle. */
  note: string;
  /** The first statistic has a solid line; the second has a dashed line with hollow symbols. */
  statistics: readonly { name: string; measure(stage: StageReport): Measured }[];
};

type Placed = { stage: StageReport; targetIndex: number; label: string; points: Measured[] };
type Plotted = Pick<Chart, 'legend' | 'panels' | 'series'>;

const farApart = 12;
/** Beyond this number of targets, each has only one line, because more lines would be hard to tell apart. */
const maxTargetsOfTwoLines = 4;
/** Space before the first and after the last load, as a share of the axis length. */
const edgeShare = 0.04;

/** Builds a chart of a metric by load, or by stage if all stages have the same load. */
export function buildLoadChart({ stages, metrics }: Report, labels: Labels, plan: LoadPlan): ChartOrReason {
  const unit = metrics[plan.metric]?.unit ?? '';
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
  const scale = findLoadScale(stages);
  // `getLoadValue` returns 0 for the unknown load of an imported stage.
  const loaded = placed.filter(({ stage }) => getLoadValue(stage) > 0);
  const isSeries = new Set(loaded.map(({ stage }) => getLoadValue(stage))).size > 1;
  const isCrowded = isSeries && labels.targets.length > maxTargetsOfTwoLines;
  const shown = isCrowded ? { ...plan, statistics: plan.statistics.slice(0, 1) } : plan;
  const names = shown.statistics.map(({ name }) => name).join(' and ');
  const intervals = known.some(({ interval }) => interval !== null) ? ' with 95 % intervals' : '';
  return {
    title: isSeries ? `${plan.title} by ${scale?.name}` : plan.title,
    subtitle: `${names}${intervals}; ${describeCounts(known.map(({ n }) => n))} per point; ${plan.note}`,
    words: placed.map((each) => describe(each, plan, unit)),
    ...(isSeries
      ? plotLoads(loaded, labels.targets, shown, { x: scale?.axis ?? '', y: unit })
      : plotStages(placed, shown, unit)),
  };
}

function describe({ label, points }: Placed, { statistics }: LoadPlan, unit: string): string {
  const parts = points.map(({ value, n, reason, interval }, i) => {
    const name = statistics[i]?.name ?? '';
    if (value === null) return `no ${name} (${reason})`;
    const range =
      interval === null ? '' : `95 % interval ${formatShort(interval.low)} to ${formatShort(interval.high)}, `;
    return `${name} ${formatShort(value)} ${unit} (${range}n = ${n})`;
  });
  return `${label}: ${parts.join('; ')}.`;
}

function plotLoads(
  placed: readonly Placed[],
  targets: readonly string[],
  { statistics }: LoadPlan,
  names: { x: string; y: string },
): Plotted {
  const loads = placed.map(({ stage }) => getLoadValue(stage));
  const nameLine = (label: string, name: string) => (statistics.length > 1 ? `${label}, ${name}` : label);
  const withValues = targets.filter((_, targetIndex) =>
    placed.some((each) => each.targetIndex === targetIndex && each.points.some(({ value }) => value !== null)),
  );
  const legend = withValues.flatMap((label) => statistics.map(({ name }) => nameLine(label, name)));
  const series = targets.flatMap((label, targetIndex) =>
    statistics.flatMap(({ name }, k): Series[] => {
      const isDashed = k > 0;
      const own = placed
        .filter((each) => each.targetIndex === targetIndex)
        .map(({ stage, points }) => ({ at: getLoadValue(stage), point: points[k] }))
        .sort((a, b) => a.at - b.at);
      const points = own.map(({ at, point }): Point => [at, point?.value ?? null]);
      const intervals = own.map(({ at, point }) => ({ at, interval: point?.interval ?? null }));
      const line = { kind: 'line', name: nameLine(label, name), targetIndex, points, isDashed } as const;
      return [
        { ...line, widthPx: isDashed ? 1.5 : 2.25, mark: isDashed ? 'hollow' : 'symbol' },
        { kind: 'intervals', targetIndex, intervals, isUpright: true, isDashed },
      ];
    }),
  );
  return {
    legend: legend.length > 1 ? legend : [],
    panels: [{ heightPx: 240, x: { name: names.x, ...makeLoadScale(loads) }, y: { name: names.y, min: 0 } }],
    series,
  };
}

/** Makes an axis from zero (or the smallest load if the axis is logarithmic) to slightly above the largest load. */
function makeLoadScale(loads: readonly number[]): Omit<Axis, 'name'> {
  const [least, most] = [Math.min(...loads), Math.max(...loads)];
  const ticks = [...new Set(loads)];
  if (most / least <= farApart) return { ticks, min: 0, max: most * (1 + edgeShare) };
  const room = (most / least) ** edgeShare;
  return { scale: 'logarithmic', ticks, min: least / room, max: most * room };
}

function plotStages(placed: readonly Placed[], { statistics }: LoadPlan, unit: string): Plotted {
  const [filled, open] = statistics.map(({ name }) => name);
  const series = statistics.flatMap(({ name }, k) =>
    placed.flatMap(({ targetIndex, points: measured }, row): Series[] => {
      const { value = null, interval = null } = measured[k] ?? {};
      const isSecond = k > 0;
      const intervals = [{ at: row, interval }];
      const whiskers: Series = { kind: 'intervals', targetIndex, intervals, isUpright: false, isDashed: isSecond };
      if (value === null) return [whiskers];
      const points: Point[] = [[value, row]];
      const label = { text: formatShort(value), isBelow: isSecond };
      return [whiskers, { kind: 'marks', name, targetIndex, points, sizePx: 9, isHollow: isSecond, label }];
    }),
  );
  const name = open === undefined ? unit : `${unit} (filled: ${filled}; open: ${open})`;
  const rows = placed.map(({ label }) => label);
  return { legend: [], panels: [{ heightPx: 20 + 50 * rows.length, x: { name, min: 0 }, y: { rows } }], series };
}
