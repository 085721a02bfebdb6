import type { RequestMetricName } from '../../metric-names.ts';
import type { MetricValue, Statistics } from '../../metrics/metric-value.ts';
import type { Report } from '../model/report.ts';
import { hasSchedule } from '../words/describe-load.ts';
import { chooseDecimals } from '../words/format-number.ts';
import type { Cell, Section } from './document.ts';
import type { Labels } from './labels.ts';
import { makeCountCell, makeLabelCell, makePlainCell, makeTable } from './make-blocks.ts';

const shown = [
  ['ttftMs', 'TTFT ms'],
  ['ttfoMs', 'TTFO ms'],
  ['e2eLatencyMs', 'end to end ms'],
  ['scheduledLatencyMs', 'scheduled ms'],
  ['itlMs', 'ITL ms/token'],
  ['tpotMs', 'TPOT ms/token'],
  ['chunkGapMs', 'chunk gap ms'],
  ['outputTokensPerSecond', 'tokens/s'],
  ['inputTokens', 'input tokens'],
  ['outputTokens', 'output tokens'],
] as const satisfies readonly (readonly [RequestMetricName, string])[];
const columns = ['mean', 'p50', 'p90', 'p95', 'p99', 'max'] as const;

/** The statistics of each request metric, a line for each stage, the same metric of all stages together. */
export function writeLatencies({ stages }: Report, labels: Labels): Section {
  const title = 'Latency of good requests';
  const rows = shown
    .filter(([metric]) => isTelling(stages, metric))
    .flatMap(([metric, name]) =>
      stages.map((stage, i) => [makeLabelCell(name, i), labels.stage(stage), ...makeCells(stage.requests[metric])]),
    );
  return { id: 'latencies', title, blocks: makeTable(title, ['', '', 'n', ...columns], rows, 2) };
}

/** Metrics that only repeat another one are left out: no reasoning, so TTFO is TTFT; a closed loop, so nothing is late. */
function isTelling(stages: Report['stages'], metric: RequestMetricName): boolean {
  if (metric === 'scheduledLatencyMs') return hasSchedule(stages);
  if (metric !== 'ttfoMs') return true;
  return stages.some(({ requests }) => requests.ttfoMs.mean !== requests.ttftMs.mean);
}

function makeCells(statistics: Statistics): Cell[] {
  const decimals = chooseDecimals(statistics.max ?? 0);
  const missing = statistics.reason;
  return [makeCountCell(statistics.n), ...columns.map((name) => ({ value: statistics[name], decimals, missing }))];
}

/** The turns of the conversations of each stage; nothing where there are none. */
export function writeTurns({ stages }: Report, labels: Labels): Section {
  const percent = ({ value, reason }: MetricValue) =>
    makePlainCell({ value: value === null ? null : 100 * value, reason }, 1);
  const rows = stages.flatMap((stage) =>
    stage.turns.map(({ turn, ttftMs, inputTokens, cachedInputShare, overlapShare }, i) => [
      makeLabelCell(labels.stage(stage), i),
      String(turn),
      makeCountCell(inputTokens.n),
      makePlainCell({ value: inputTokens.mean, reason: inputTokens.reason }, 0),
      makePlainCell({ value: ttftMs.p50, reason: ttftMs.reason }, 0),
      makePlainCell({ value: ttftMs.p95, reason: ttftMs.reason }, 0),
      percent(cachedInputShare),
      percent(overlapShare),
    ]),
  );
  const head = ['', 'turn', 'n', 'input tokens', 'TTFT p50 ms', 'TTFT p95 ms', 'cached %', 'overlap %'];
  return { id: 'turns', title: 'Turns of the conversations', blocks: makeTable('By turn', head, rows, 1) };
}
