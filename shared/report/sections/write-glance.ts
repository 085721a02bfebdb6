import { measureRate, measureValue } from '../build/measure-value.ts';
import type { Report, StageReport } from '../model/report.ts';
import { formatLoad, hasSchedule, roundRate } from '../words/describe-load.ts';
import { formatNumber } from '../words/format-number.ts';
import type { Cell, Section } from './document.ts';
import type { Labels } from './labels.ts';
import { makeCell, makePercentCell, makeTable, makeTargetCell } from './make-blocks.ts';

/** The numbers that a reader looks for first, a row for each stage. */
export function writeGlance({ stages }: Report, labels: Labels): Section {
  const head = [
    'Target',
    hasSchedule(stages) ? 'Requests per second, asked' : 'Concurrent requests',
    'ok / planned',
    'Errors',
    'Requests per minute',
    'TTFT, ms (median)',
    'TTFT, ms (p95)',
    'ITL, ms per token (median)',
    'End to end, ms (median)',
    'End to end, ms (p95)',
    'USD per 1,000 requests',
  ];
  const rows = stages.map((stage) => [makeTargetCell(stage.targetId, labels), ...makeCells(stage)]);
  const words =
    'Small figures are 95 % intervals. Medians and p95 are of requests that ended well; requests per minute are without ramp and drain where a stage has a steady window.';
  return {
    id: 'glance',
    title: 'At a glance',
    blocks: [...makeTable('By target and load', head, rows, 1), { kind: 'paragraph', words, style: 'aside' }],
  };
}

const statistics = [
  ['ttftMs', 'p50'],
  ['ttftMs', 'p95'],
  ['itlMs', 'p50'],
  ['e2eLatencyMs', 'p50'],
  ['e2eLatencyMs', 'p95'],
] as const;

function makeCells(stage: StageReport): Cell[] {
  const { counts, errorRate, load } = stage;
  const asked = load.requestsPerSecond === null ? formatLoad(stage) : String(roundRate(load.requestsPerSecond));
  return [
    asked === '' ? '–' : asked,
    `${formatNumber(counts.ok, 0)} / ${formatNumber(counts.planned, 0)}`,
    makePercentCell(errorRate),
    makeCell(measureRate(stage, 'completedRequestsPerMinute')),
    ...statistics.map(([metric, statistic]) => makeCell(measureValue({ metric, statistic }, stage))),
    makeCell(measureValue({ metric: 'costPerThousandRequestsUsd' }, stage), 3),
  ];
}
