import type { RequestMetricName } from '../../metric-names.ts';
import { measureRate, measureValue, type RateName } from '../build/measure-value.ts';
import type { Report, StageReport } from '../model/report.ts';
import type { Compared } from '../model/run-comparison.ts';
import { describeLoad, findLoadScale, getLoadValue, showLoad } from '../words/describe-load.ts';
import { describeChange, titleMetric } from '../words/describe-metric.ts';
import { formatNumber } from '../words/format-text.ts';
import type { Block, Cell, Section, Table, ValueCell } from './document.ts';
import type { Labels } from './labels.ts';
import { makeAside, makeCell, makePercentCell, makePercentRange, makeTable, makeTargetCell } from './make-blocks.ts';

type Headline = {
  title: string;
  unit: string;
  cell(stage: StageReport): ValueCell;
  /** Returns whether a comparison is about this headline's metric. */
  isCompared(metric: Compared, stage: StageReport): boolean;
};

const windowNote =
  'Numbers in small type are 95 % confidence intervals. If a stage has a steady window, its rates exclude the ramp-up at the start and the drain at the end.';

/** Writes each target's key metrics at the lowest and the highest load, and how they differ from the first target's. */
export function writeHeadlineTiles(report: Report, labels: Labels): Block[] {
  const { stages } = report;
  if (stages.every(({ counts }) => counts.ok === 0)) return [];
  const loads = findOuterLoads(stages);
  const tiles = chooseHeadlines(stages).map((headline) => ({
    title: headline.title,
    table: makeTile(report, labels, headline, loads),
  }));
  const base = labels.targets.length < 2 ? '' : ` Changes are relative to ${labels.targets[0]} at the same load.`;
  return [{ kind: 'tiles', label: 'Key metrics', tiles }, makeAside(`${windowNote}${base}`)];
}

function chooseHeadlines(stages: readonly StageReport[]): Headline[] {
  const isPriced = stages.some(({ cost }) => cost.costPerThousandRequestsUsd.value !== null);
  return [
    describeMedian('ttftMs', 'median, ms'),
    describeMedian('itlMs', 'median, ms per token'),
    describeMedian('e2eLatencyMs', 'median, ms'),
    describeRate('completedRequestsPerMinute', 'Completed requests', 'requests per minute'),
    describeRate('outputTokensPerSecondTotal', 'Total output', 'tokens per second'),
    isPriced ? cost : errorRate,
  ];
}

function describeMedian(metric: RequestMetricName, unit: string): Headline {
  return {
    title: titleMetric(metric),
    unit,
    cell: (stage) => makeCell(measureValue({ metric, statistic: 'p50' }, stage)),
    isCompared: (compared) => compared.metric === metric && compared.statistic === 'p50',
  };
}

function describeRate(metric: RateName, title: string, unit: string): Headline {
  return {
    title,
    unit,
    cell: (stage) => makeCell(measureRate(stage, metric)),
    isCompared: (compared, { windows }) =>
      compared.metric === metric && compared.window === (windows.steady[metric].value === null ? 'full' : 'steady'),
  };
}

const cost: Headline = {
  title: 'Cost',
  unit: 'USD per 1,000 requests',
  cell: (stage) => makeCell(measureValue({ metric: 'costPerThousandRequestsUsd' }, stage), 3),
  isCompared: ({ metric }) => metric === 'costPerThousandRequestsUsd',
};

const errorRate: Headline = {
  title: 'Error rate',
  unit: 'share of sent requests',
  cell: ({ errorRate }) => ({ ...makePercentCell(errorRate), interval: makePercentRange(errorRate.interval).range }),
  isCompared: () => false,
};

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

/** Describes the difference from the first target at the same load: "13.3 % longer", or no clear difference. */
function describeDistance({ comparisons, stages }: Report, stage: StageReport, { isCompared }: Headline): string {
  const { levelIndex } = stage;
  const comparison = comparisons.find((each) => each.levelIndex === levelIndex && each.targetId === stage.targetId);
  const base = stages.find((each) => each.levelIndex === levelIndex && each.targetId === comparison?.baseTargetId);
  if (comparison === undefined || base === undefined) return '';
  const compared = comparison.metrics.find((each) => isCompared(each, stage) && isCompared(each, base));
  // If a target has no results, a change would not be meaningful.
  if (compared === undefined || compared.ratio === null || compared.ratio === 0) return '';
  const interval = compared.inference?.ratio.interval;
  const isUnclear = interval != null && interval.low <= 1 && interval.high >= 1;
  return isUnclear ? 'no clear difference' : describeChange(compared.metric, compared.ratio);
}

const latencies = [
  ['TTFT, ms (median)', 'ttftMs', 'p50'],
  ['TTFT, ms (p95)', 'ttftMs', 'p95'],
  ['ITL, ms per token (median)', 'itlMs', 'p50'],
  ['End-to-end latency, ms (median)', 'e2eLatencyMs', 'p50'],
  ['End-to-end latency, ms (p95)', 'e2eLatencyMs', 'p95'],
] as const;

/** Writes the main metrics, with one row for each stage. */
export function writeGlance({ stages }: Report, labels: Labels): Section {
  const load = findLoadScale(stages)?.heading ?? '';
  const titles = latencies.map(([title]) => title);
  const head = [
    'Target',
    load,
    'Succeeded / planned',
    'Errors',
    'Requests per minute',
    ...titles,
    'USD per 1,000 requests',
  ];
  const rows = stages.map((stage) => [makeTargetCell(stage.targetId, labels), ...makeGlanceCells(stage)]);
  const note = makeAside(`${windowNote} Latencies are those of successful requests.`);
  return { id: 'glance', title: 'Overview', blocks: [...makeTable('Results by target and load', head, rows, 1), note] };
}

function makeGlanceCells(stage: StageReport): Cell[] {
  const { counts } = stage;
  return [
    showLoad(stage, 'format') || '–',
    `${formatNumber(counts.ok, 0)} / ${formatNumber(counts.planned, 0)}`,
    errorRate.cell(stage),
    makeCell(measureRate(stage, 'completedRequestsPerMinute')),
    ...latencies.map(([, metric, statistic]) => makeCell(measureValue({ metric, statistic }, stage))),
    cost.cell(stage),
  ];
}
