import type { Report, StageReport } from '../model/report.ts';
import { describeFailure } from '../words/describe-failure.ts';
import { formatNumber, formatPercent } from '../words/format-text.ts';
import type { Cell, Section } from './document.ts';
import type { Labels } from './labels.ts';
import {
  countThings,
  makeCountCell,
  makeLabelCell,
  makeList,
  makePercentCell,
  makePercentRange,
  makePlainCell,
  makeTable,
} from './make-blocks.ts';

/** Writes the outcomes of the requests, the checks of their responses, and the failures by class. */
export function writeOutcomes({ stages }: Report, labels: Labels): Section {
  const rows = stages.map((stage) => {
    const { counts, errorRate, answers, slowFirstTokenShare } = stage;
    const lines = { ...answers.linesFromInput, value: answers.linesFromInput.mean };
    return [
      labels.stage(stage),
      ...[counts.planned, counts.ok, counts.failed, counts.canceled, counts.notSent].map(makeCountCell),
      ...[errorRate, answers.checksumOkRate, lines, slowFirstTokenShare].map(({ value, reason }) =>
        makePercentCell({ value, reason }),
      ),
    ];
  });
  const head = ['', 'planned', 'ok', 'failed', 'canceled', 'not sent', 'errors', 'checksum', 'lines', 'TTFT>3s'];
  const title = 'Request outcomes and response checks';
  const failures = stages.flatMap((stage) => listFailures(stage, labels.stage(stage)));
  return { id: 'outcomes', title, blocks: [...makeTable(title, head, rows, 1), ...makeList(failures)] };
}

function listFailures({ errors, counts, failures: { retryAfterMs } }: StageReport, label: string): string[] {
  const lines = errors.map((group) => {
    const text = describeFailure(group);
    const share = formatPercent(group.count / counts.issued);
    return `${label}: ${group.count} ${group.outcome} (${share})${text === '' ? '' : `: ${text}`}`;
  });
  const { n, p50 } = retryAfterMs;
  if (n === 0 || p50 === null) return lines;
  return [
    ...lines,
    `${label}: ${countThings(n, 'response')} with Retry-After, median ${formatNumber(p50 / 1_000, 1)} s`,
  ];
}

/** Writes the share of requests that meet all SLOs and each SLO; nothing without SLOs. */
export function writeGoodput({ stages }: Report, labels: Labels): Section {
  const rows = stages.flatMap((stage) => {
    const { slos, goodputShare, windows } = stage;
    if (slos.length === 0) return [];
    const label = labels.stage(stage);
    return [
      [label, 'all', ...makeShareCells(goodputShare), makePlainCell(windows.full.goodRequestsPerSecond)],
      ...slos.map(({ metric, max, min, sloShare }) => {
        const limits = [max === null ? [] : `<= ${max}`, min === null ? [] : `>= ${min}`].flat();
        return [makeLabelCell(label, 1), `${metric} ${limits.join(', ')}`, ...makeShareCells(sloShare), ''];
      }),
    ];
  });
  const head = ['', 'SLO', 'n', 'met', '95 %', 'good/s'];
  return { id: 'goodput', title: 'Goodput', blocks: makeTable('Share of requests that meet the SLOs', head, rows, 2) };
}

function makeShareCells({ value, n, reason, interval }: StageReport['goodputShare']): Cell[] {
  return [makeCountCell(n), makePercentCell({ value, reason }), makePercentRange(interval)];
}
