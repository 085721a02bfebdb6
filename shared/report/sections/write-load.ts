import type { Report, StageReport } from '../model/report.ts';
import { formatLoad, hasSchedule } from '../words/describe-load.ts';
import type { Cell, Section } from './document.ts';
import type { Labels } from './labels.ts';
import { makeLabelCell, makeList, makePercentCell, makePlainCell, makeTable } from './make-blocks.ts';

const sweepHead = ['', 'load', 'ok/s', 'TTFT p50', 'p95', 'e2e p50', 'p95', 'errors', 'met'];

/** Load and throughput of each stage over both windows. */
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
  const asked = hasSchedule(stages) ? 'asked' : 'streams';
  const head = ['', 'window', 'seconds', asked, 'open', 'sent/s', 'ok/min', 'output tok/s', 'all tok/s'];
  return {
    id: 'throughput',
    title: 'Load and throughput',
    blocks: makeTable('Load and throughput, over the whole and the steady window', head, rows, 2),
  };
}

/** The levels of each sweep by load, and what a search has found. */
export function writeSweeps({ sweeps, stages }: Report, labels: Labels): Section {
  const rows = sweeps.flatMap(({ targetId, over, levels }) =>
    levels.map(({ stageIndex, value, requestsPerSecond, isMet }, i) => [
      makeLabelCell(labels.target(targetId), i),
      over === 'rate' ? `${value}/s` : String(value),
      makePlainCell({ value: requestsPerSecond, reason: 'no request ended well' }),
      ...makeCells(stages[stageIndex]),
      isMet === null ? '' : isMet ? 'yes' : 'no',
    ]),
  );
  const findings = sweeps.flatMap(({ targetId, levels, finding }) => {
    if (finding === null) return [];
    const suspect = levels.filter(({ trust }) => trust.result === 'suspect').map(({ value }) => value);
    const note = suspect.length === 0 ? '' : ` Suspect by themselves: the levels of ${suspect.join(', ')}.`;
    return [`${labels.target(targetId)}: ${finding.statement}${note}`];
  });
  return {
    id: 'sweep',
    title: 'Sweep',
    blocks:
      rows.length === 0
        ? []
        : [...makeTable('Levels of the sweep, by load', sweepHead, rows, 1), ...makeList(findings)],
  };
}

function makeCells(stage: StageReport | undefined): Cell[] {
  if (stage === undefined) return [];
  const { ttftMs, e2eLatencyMs } = stage.requests;
  const { value, reason } = stage.errorRate;
  return [
    ...[ttftMs, e2eLatencyMs].flatMap((statistics) =>
      [statistics.p50, statistics.p95].map((time) => makePlainCell({ value: time, reason: statistics.reason })),
    ),
    makePercentCell({ value, reason }),
  ];
}
