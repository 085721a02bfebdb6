import { getStageMode } from '../../load/load.ts';
import type { Report, StageReport } from '../model/report.ts';
import { findLoadScale, formatLoad } from '../words/describe-load.ts';
import type { Cell, Section } from './document.ts';
import type { Labels } from './labels.ts';
import { makeLabelCell, makeList, makePercentCell, makePlainCell, makeSizeCell, makeTable } from './make-blocks.ts';

export function writeThroughput({ stages }: Report, labels: Labels): Section {
  const rows = stages.flatMap((stage) =>
    (['full', 'steady'] as const).map((name, i) => {
      const { durationMs, reason, ...window } = stage.windows[name];
      return [
        makeLabelCell(labels.stage(stage), i),
        name,
        makePlainCell({ value: durationMs === null ? null : durationMs / 1_000, reason }, 1),
        i === 0 ? formatLoad(stage) : '',
        makePlainCell(window.achievedConcurrency),
        makePlainCell(window.achievedRequestsPerSecond),
        makePlainCell(window.completedRequestsPerMinute),
        makePlainCell(window.outputTokensPerSecondTotal),
        makePlainCell(window.totalTokensPerSecondTotal),
      ];
    }),
  );
  const load = findLoadScale(stages)?.column ?? '';
  const head = ['', 'window', 'seconds', load, 'mean open', 'sent/s', 'ok/min', 'output tok/s', 'input + output tok/s'];
  const caption = 'Load and throughput over the full and the steady window';
  return { id: 'throughput', title: 'Load and throughput', blocks: makeTable(caption, head, rows, 2) };
}

const sweepHead = [
  '',
  'load',
  'ok/s',
  'TTFT p50 ms',
  'TTFT p95 ms',
  'end-to-end p50 ms',
  'end-to-end p95 ms',
  'errors',
  'SLOs met',
];

/** Writes a table of each sweep's levels in order of load, and what a search found. */
export function writeSweeps({ sweeps, stages }: Report, labels: Labels): Section {
  const rows = sweeps.flatMap(({ targetId, over, levels }) =>
    levels.map(({ stageIndex, value, requestsPerSecond, isMet }, i) => [
      makeLabelCell(labels.target(targetId), i),
      getStageMode({ mode: over }).scale.label(value),
      makePlainCell({ value: requestsPerSecond, reason: 'no request succeeded' }),
      ...makeLevelCells(stages[stageIndex]),
      isMet === null ? '' : isMet ? 'yes' : 'no',
    ]),
  );
  const findings = sweeps.flatMap(({ targetId, levels, finding }) => {
    if (finding === null) return [];
    const suspect = levels.filter(({ trust }) => trust.result === 'suspect').map(({ value }) => value);
    const note = suspect.length === 0 ? '' : ` The measurement quality is suspect at: ${suspect.join(', ')}.`;
    return [`${labels.target(targetId)}: ${finding.statement}${note}`];
  });
  const table = makeTable('Sweep levels by load', sweepHead, rows, 1);
  return { id: 'sweep', title: 'Sweep', blocks: table.length === 0 ? [] : [...table, ...makeList(findings)] };
}

function makeLevelCells(stage: StageReport | undefined): Cell[] {
  if (stage === undefined) return [];
  const { ttftMs, e2eLatencyMs } = stage.requests;
  return [
    ...[ttftMs, e2eLatencyMs].flatMap((statistics) =>
      [statistics.p50, statistics.p95].map((time) => makePlainCell({ value: time, reason: statistics.reason })),
    ),
    makePercentCell(stage.errorRate),
  ];
}

/** Writes results for each turn of the conversations, or nothing if the workload has no conversations. */
export function writeTurns({ stages }: Report, labels: Labels): Section {
  const rows = stages.flatMap((stage) =>
    stage.turns.map(({ turn, ttftMs, inputTokens, cachedInputShare, overlapShare }, i) => [
      makeLabelCell(labels.stage(stage), i),
      String(turn),
      makeSizeCell(inputTokens.n, stage),
      makePlainCell({ value: inputTokens.mean, reason: inputTokens.reason }, 0),
      ...[ttftMs.p50, ttftMs.p95].map((value) => makePlainCell({ value, reason: ttftMs.reason }, 0)),
      ...[cachedInputShare, overlapShare].map(({ value, reason }) =>
        makePlainCell({ value: value === null ? null : 100 * value, reason }, 1),
      ),
    ]),
  );
  const head = ['', 'turn', 'n', 'input tokens', 'TTFT p50 ms', 'TTFT p95 ms', 'cached %', 'overlap %'];
  return { id: 'turns', title: 'Conversation turns', blocks: makeTable('Metrics by turn', head, rows, 1) };
}
