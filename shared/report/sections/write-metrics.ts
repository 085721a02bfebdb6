import { type RequestMetricName, requestMetricNames } from '../../metric-names.ts';
import type { MetricDefinition } from '../../metrics/definitions/metric-definition.ts';
import type { Statistics } from '../../metrics/metric-value.ts';
import type { Report } from '../model/report.ts';
import { requestMetricTitles } from '../words/metric-titles.ts';
import type { Block, Cell, Section } from './document.ts';
import type { Labels } from './labels.ts';
import { makeCell, makeCountCell, makeTable } from './make-blocks.ts';

const quantiles = ['p25', 'p50', 'p75', 'p90', 'p95', 'p99'] as const;
const head = ['', 'n', 'mean', 'std. dev.', 'min', ...quantiles, 'max'];

/** Folded on a screen: of use to few, and all of them on paper. */
const folded: ReadonlySet<RequestMetricName> = new Set([
  'ttfoMs',
  'scheduledLatencyMs',
  'chunkGapMs',
  'inputTokens',
  'outputTokens',
  'slipMs',
  'closeLagMs',
]);

/** Every metric of requests: its formula and basis, and all its statistics with their intervals, stage by stage. */
export function writeMetrics(report: Report, labels: Labels): Section {
  const hasValues = (name: RequestMetricName) => report.stages.some(({ requests }) => requests[name].n > 0);
  const missing = requestMetricNames.filter((name) => !hasValues(name));
  return {
    id: 'metrics',
    title: 'Every metric of requests',
    blocks: [
      ...requestMetricNames.filter(hasValues).map((name) => writeMetric(report, labels, name)),
      ...writeMissing(report, missing),
    ],
  };
}

/** Metrics without any value, by the reason: a table of dashes would say no more. */
function writeMissing({ stages }: Report, names: readonly RequestMetricName[]): Block[] {
  const byReason = Map.groupBy(names, (name) => stages[0]?.requests[name].reason ?? 'the run has no stage');
  return [...byReason].map(([reason, own]) => {
    const list = own.flatMap((name, i) => [...(i === 0 ? [] : [', ']), { code: name }]);
    return { kind: 'paragraph', words: [`Without a value (${reason}): `, ...list, '.'], style: 'aside' };
  });
}

function writeMetric({ metrics, stages }: Report, labels: Labels, name: RequestMetricName): Block {
  const definition = metrics[name];
  const title = requestMetricTitles[name];
  const rows = stages.map((stage) => [labels.stage(stage), ...makeCells(stage.requests[name])]);
  return {
    kind: 'part',
    id: `metric-${name}`,
    title: [`${title} `, { code: name }],
    isFolded: folded.has(name),
    blocks: [
      ...(definition === undefined ? [] : defineMetric(name, definition)),
      ...makeTable(`${title}, ${definition?.unit ?? ''}`, head, rows, 1),
      { kind: 'paragraph', words: describeIntervals(stages.map(({ requests }) => requests[name])), style: 'aside' },
    ],
  };
}

function defineMetric(name: string, { description, formula, unit, basis, over }: MetricDefinition): Block[] {
  const words = [{ code: `${name} = ${formula}` }, ` ${unit}; counted on: ${basis}; over ${over}`];
  return [
    { kind: 'paragraph', words: description },
    { kind: 'paragraph', words, style: 'formula' },
  ];
}

function makeCells(statistics: Statistics): Cell[] {
  const { n, reason, intervals } = statistics;
  const plain = (value: number | null) => makeCell({ value, reason });
  const sure = (name: 'mean' | (typeof quantiles)[number]) =>
    makeCell({ value: statistics[name], reason, interval: intervals?.[name].interval ?? null });
  return [
    makeCountCell(n),
    sure('mean'),
    plain(statistics.stddev),
    plain(statistics.min),
    ...quantiles.map(sure),
    plain(statistics.max),
  ];
}

/** How the intervals were made, and which n could carry those that are missing. */
function describeIntervals(all: readonly Statistics[]): string {
  const methods = new Set<string>();
  const lacking = new Map<string, number>();
  for (const { intervals } of all.filter(({ n }) => n > 0))
    for (const [statistic, { interval, minimumN }] of Object.entries(intervals ?? {})) {
      if (interval !== null) methods.add(interval.method);
      else lacking.set(statistic, minimumN);
    }
  const made = methods.size === 0 ? 'No intervals.' : `Intervals (95 %): ${[...methods].join('; ')}.`;
  const missing = [...lacking].map(([statistic, n]) => `${statistic} from n = ${n}`).join(', ');
  return missing === '' ? made : `${made} Where n is too small there is none: ${missing}.`;
}
