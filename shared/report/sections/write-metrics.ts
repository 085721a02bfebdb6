import { type RequestMetricName, requestMetricNames } from '../../metric-names.ts';
import type { MetricDefinition } from '../../metrics/definitions/metric-definition.ts';
import { hasTokenChunks } from '../../metrics/measure-token-counts.ts';
import type { Statistics } from '../../metrics/metric-value.ts';
import type { Report, StageReport } from '../model/report.ts';
import { basisWords, titleMetric, tokenGapTitle } from '../words/describe-metric.ts';
import { chooseDecimals } from '../words/format-text.ts';
import type { Block, Cell, Section } from './document.ts';
import type { Labels } from './labels.ts';
import { makeAside, makeCell, makeLabelCell, makeSizeCell, makeTable } from './make-blocks.ts';
import type { OriginWords } from './origin-words.ts';

const shown = [
  ['ttftMs', 'TTFT ms'],
  ['ttfoMs', 'TTFO ms'],
  ['e2eLatencyMs', 'end-to-end ms'],
  ['scheduledLatencyMs', 'scheduled ms'],
  ['itlMs', 'ITL ms/token'],
  ['tpotMs', 'TPOT ms/token'],
  ['chunkGapMs', 'chunk gap ms'],
  ['outputTokensPerSecond', 'tokens/s'],
  ['inputTokens', 'input tokens'],
  ['outputTokens', 'output tokens'],
] as const satisfies readonly (readonly [RequestMetricName, string])[];
const columns = ['mean', 'p50', 'p90', 'p95', 'p99', 'max'] as const;

/** Writes one table with the main statistics of each request metric, grouped by metric. */
export function writeLatencies({ stages }: Report, labels: Labels): Section {
  const title = 'Latency of successful requests';
  const rows = shown
    .filter(([metric]) => isDistinct(stages, metric))
    .flatMap(([metric, name]) =>
      stages.map((stage, i) => {
        const statistics = stage.requests[metric];
        const decimals = chooseDecimals(statistics.max ?? 0);
        const cells = columns.map((column) => ({ value: statistics[column], decimals, missing: statistics.reason }));
        return [
          makeLabelCell(nameRow(stages, metric, name), i),
          labels.stage(stage),
          makeSizeCell(statistics.n, stage),
          ...cells,
        ];
      }),
    );
  return { id: 'latencies', title, blocks: makeTable(title, ['', '', 'n', ...columns], rows, 2) };
}

function nameRow(stages: Report['stages'], metric: RequestMetricName, name: string): string {
  return metric === 'chunkGapMs' && hasTokenGaps(stages) ? 'token gap ms' : name;
}

/** Returns whether the gaps between chunks are those between tokens, in all stages that have gaps. */
function hasTokenGaps(stages: Report['stages']): boolean {
  const withGaps = stages.filter(({ requests }) => requests.chunkGapMs.n > 0);
  return withGaps.length > 0 && withGaps.every(({ tokens }) => hasTokenChunks(tokens));
}

/** Returns false if a metric only repeats another: TTFO without reasoning, or scheduled latency without a schedule. */
function isDistinct(stages: Report['stages'], metric: RequestMetricName): boolean {
  if (metric === 'scheduledLatencyMs') return stages.some(({ load }) => load.requestsPerSecond !== null);
  return metric !== 'ttfoMs' || stages.some(({ requests }) => requests.ttfoMs.mean !== requests.ttftMs.mean);
}

const quantiles = ['p25', 'p50', 'p75', 'p90', 'p95', 'p99'] as const;
const head = ['', 'n', 'mean', 'std. dev.', 'min', ...quantiles, 'max'];

/** Metrics that few readers need. They are collapsed on screens but not on paper. */
const folded: ReadonlySet<RequestMetricName> = new Set([
  ...(['ttfoMs', 'scheduledLatencyMs', 'chunkGapMs', 'inputTokens', 'outputTokens', 'slipMs', 'closeLagMs'] as const),
]);

/** Writes each request metric: its definition, and a table of all its statistics and intervals by stage. */
export function writeMetrics(report: Report, labels: Labels, words: OriginWords): Section {
  const { stages } = report;
  const hasValues = (name: RequestMetricName) => stages.some(({ requests }) => requests[name].n > 0);
  const missing = Map.groupBy(
    requestMetricNames.filter((name) => !hasValues(name)),
    (name) => stages[0]?.requests[name].reason ?? 'the run has no stages',
  );
  const notes = [...missing].map(([reason, names]) => {
    const list = names.flatMap((name, i) => [...(i === 0 ? [] : [', ']), { code: name }]);
    return makeAside([`Metrics without a value (${reason}): `, ...list, '.']);
  });
  const metrics = requestMetricNames.filter(hasValues).map((name) => writeMetric(report, labels, words, name));
  return { id: 'metrics', title: 'Request metrics', blocks: [...metrics, ...notes] };
}

function writeMetric(
  { metrics, stages }: Report,
  labels: Labels,
  { noIntervals }: OriginWords,
  name: RequestMetricName,
): Block {
  const definition = metrics[name];
  const title = name === 'chunkGapMs' && hasTokenGaps(stages) ? tokenGapTitle : titleMetric(name);
  const rows = stages.map((stage) => [labels.stage(stage), ...makeCells(stage.requests[name], stage)]);
  return {
    kind: 'part',
    id: `metric-${name}`,
    title: [`${title} `, { code: name }],
    isFolded: folded.has(name),
    blocks: [
      ...(definition === undefined ? [] : defineMetric(name, definition)),
      ...makeTable(makeCaption(title, definition?.unit), head, rows, 1),
      makeAside(
        describeIntervals(
          stages.map(({ requests }) => requests[name]),
          noIntervals,
        ),
      ),
    ],
  };
}

function defineMetric(name: string, { description, formula, unit, basis, over }: MetricDefinition): Block[] {
  const words = [
    { code: `${name} = ${formula}` },
    ` Unit: ${unit}; based on ${basisWords[basis]}; computed over ${over}`,
  ];
  return [
    { kind: 'paragraph', words: description },
    { kind: 'paragraph', words, style: 'formula' },
  ];
}

function makeCells(statistics: Statistics, stage: StageReport): Cell[] {
  const { n, reason, intervals } = statistics;
  const plain = (value: number | null) => makeCell({ value, reason });
  const withInterval = (name: 'mean' | (typeof quantiles)[number]) =>
    makeCell({ value: statistics[name], reason, interval: intervals?.[name].interval ?? null });
  return [
    makeSizeCell(n, stage),
    withInterval('mean'),
    plain(statistics.stddev),
    plain(statistics.min),
    ...quantiles.map(withInterval),
    plain(statistics.max),
  ];
}

function makeCaption(title: string, unit = ''): string {
  return title.toLowerCase().endsWith(unit) ? title : `${title}, ${unit}`;
}

const methodWords: Record<string, string> = {
  't, plain and skewness corrected, the farther ends':
    'Means: a t interval. Each limit is also computed with a correction for skewness, and the limit farther from the mean is used',
  'order statistics, interpolated': 'Percentiles: interpolated order statistics',
};

/** Describes how the intervals were computed and, for each missing interval, how large n must be. */
function describeIntervals(all: readonly Statistics[], whyNone: string): string {
  const methods = new Set<string>();
  const lacking = new Map<string, number>();
  const measured = all.filter(({ n }) => n > 0);
  for (const { intervals } of measured)
    for (const [statistic, { interval, minimumN }] of Object.entries(intervals ?? {})) {
      if (interval !== null) methods.add(methodWords[interval.method] ?? interval.method);
      else lacking.set(statistic, minimumN);
    }
  const missing = [...lacking].map(([statistic, n]) => `${statistic} needs n = ${n}`).join(', ');
  const omitted = missing === '' ? '' : ` If n is too small, the interval is omitted: ${missing}.`;
  if (methods.size > 0) return `95 % intervals. ${[...methods].join('. ')}.${omitted}`;
  if (measured.some(({ intervals }) => intervals !== null)) return `No intervals.${omitted}`;
  return `No intervals, because ${whyNone}.`;
}
