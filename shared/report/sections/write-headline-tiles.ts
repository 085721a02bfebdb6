import type { RequestMetricName } from '../../metric-names.ts';
import { getLoadValue } from '../build/level-result.ts';
import { measureRate, measureValue, type RateName } from '../build/measure-value.ts';
import type { Report, StageReport } from '../model/report.ts';
import type { Compared } from '../model/run-comparison.ts';
import { describeLoad } from '../words/describe-load.ts';
import { describeChange } from '../words/describe-ratio.ts';
import { titleMetric } from '../words/metric-titles.ts';
import type { Block, Cell, Table, ValueCell } from './document.ts';
import type { Labels } from './labels.ts';
import { makeCell, makePercentCell, makeTargetCell } from './make-blocks.ts';

/** A number that a reader looks for first. */
type Headline = {
  title: string;
  unit: string;
  cell(stage: StageReport): ValueCell;
  /** Whether a figure of a comparison is about what the cell shows of the stage. */
  isCompared(figure: Compared, stage: StageReport): boolean;
};

/**
 * The numbers to take away: of each target at its load, or at the lowest and the highest of several, with its interval, and
 * how far it is from the first target. Nothing where no request ended well.
 */
export function writeHeadlineTiles(report: Report, labels: Labels): Block[] {
  const { stages } = report;
  if (stages.every(({ counts }) => counts.ok === 0)) return [];
  const loads = findOuterLoads(stages);
  const tiles = chooseHeadlines(stages).map((headline) => ({
    title: headline.title,
    table: makeTile(report, labels, headline, loads),
  }));
  const base = labels.targets.length < 2 ? '' : ` Changes are against ${labels.targets[0]} at the same load.`;
  const words = `Small figures are 95 % intervals.${base} Rates are without ramp and drain where a stage has a steady window.`;
  return [
    { kind: 'tiles', label: 'Headline figures', tiles },
    { kind: 'paragraph', words, style: 'aside' },
  ];
}

/** Six at most: cost where a target has prices, else the error rate. */
function chooseHeadlines(stages: readonly StageReport[]): Headline[] {
  const isPriced = stages.some(({ cost }) => cost.costPerThousandRequestsUsd.value !== null);
  return [
    makeMedian('ttftMs', 'median, ms'),
    makeMedian('itlMs', 'median, ms per token'),
    makeMedian('e2eLatencyMs', 'median, ms'),
    makeRate('completedRequestsPerMinute', 'Completed requests', 'requests per minute'),
    makeRate('outputTokensPerSecondTotal', 'Output of all streams', 'tokens per second'),
    isPriced ? cost : errorRate,
  ];
}

function makeMedian(metric: RequestMetricName, unit: string): Headline {
  return {
    title: titleMetric(metric),
    unit,
    cell: (stage) => makeCell(measureValue({ metric, statistic: 'p50' }, stage)),
    isCompared: (figure) => figure.metric === metric && figure.statistic === 'p50',
  };
}

function makeRate(metric: RateName, title: string, unit: string): Headline {
  return {
    title,
    unit,
    cell: (stage) => makeCell(measureRate(stage, metric)),
    isCompared: (figure, { windows }) =>
      figure.metric === metric && figure.window === (windows.steady[metric].value === null ? 'full' : 'steady'),
  };
}

const cost: Headline = {
  title: 'Cost',
  unit: 'USD per 1,000 requests',
  cell: (stage) => makeCell(measureValue({ metric: 'costPerThousandRequestsUsd' }, stage), 3),
  isCompared: ({ metric }) => metric === 'costPerThousandRequestsUsd',
};

const errorRate: Headline = {
  title: 'Errors',
  unit: 'share of the requests issued',
  cell: (stage) => makePercentCell(stage.errorRate),
  isCompared: () => false,
};

/** One stage of the lowest and one of the highest load; one alone where all loads are the same. */
function findOuterLoads(stages: readonly StageReport[]): StageReport[] {
  const sorted = stages.toSorted((a, b) => getLoadValue(a) - getLoadValue(b));
  const [lowest, highest] = [sorted[0], sorted.at(-1)];
  if (lowest === undefined || highest === undefined) return [];
  return getLoadValue(lowest) === getLoadValue(highest) ? [lowest] : [lowest, highest];
}

function makeTile(report: Report, labels: Labels, headline: Headline, loads: readonly StageReport[]): Table {
  const rows = report.targets.map(({ targetId }) => [
    makeTargetCell(targetId, labels),
    ...loads.map((load): Cell => {
      const stage = report.stages.find(
        (each) => each.targetId === targetId && getLoadValue(each) === getLoadValue(load),
      );
      return stage === undefined ? '' : { ...headline.cell(stage), note: describeDistance(report, stage, headline) };
    }),
  ]);
  const names = loads.map(describeLoad);
  const [only] = names;
  const isOne = names.length === 1;
  const caption = isOne && only !== '' ? `${headline.unit}, at ${only}` : headline.unit;
  const head = ['', ...(isOne ? [''] : names)];
  return { kind: 'table', caption, label: `${headline.title}: ${caption}`, head, rows, textColumns: 1 };
}

/** "13.3 % longer", against the first target at the same load; where the interval holds 1, that it may be chance. */
function describeDistance({ comparisons, stages }: Report, stage: StageReport, { isCompared }: Headline): string {
  const { levelIndex } = stage;
  const comparison = comparisons.find((each) => each.levelIndex === levelIndex && each.targetId === stage.targetId);
  const base = stages.find((each) => each.levelIndex === levelIndex && each.targetId === comparison?.baseTargetId);
  if (comparison === undefined || base === undefined) return '';
  const figure = comparison.metrics.find((each) => isCompared(each, stage) && isCompared(each, base));
  // Nothing at all is no change of something.
  if (figure === undefined || figure.ratio === null || figure.ratio === 0) return '';
  const interval = figure.inference?.ratio.interval;
  const mayBeChance = interval != null && interval.low <= 1 && interval.high >= 1;
  return mayBeChance ? 'no clear difference' : describeChange(figure.metric, figure.ratio);
}
