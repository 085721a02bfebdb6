import type { Report, StageReport } from '../model/report.ts';
import { describeFailure } from '../words/describe-failure.ts';
import { formatNumber, formatPercent } from '../words/format-number.ts';
import type { Cell, Section } from './document.ts';
import type { Labels } from './labels.ts';
import {
  makeCountCell,
  makeLabelCell,
  makeList,
  makePercentCell,
  makePercentRange,
  makePlainCell,
  makeTable,
} from './make-blocks.ts';

const head = ['', 'planned', 'ok', 'failed', 'canceled', 'not sent', 'errors', 'checksum', 'lines', 'TTFT>3s'];

/** How requests ended, what the answers were worth, and the failures by class. */
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
  return {
    id: 'outcomes',
    title: 'Outcomes and answers',
    blocks: [
      ...makeTable('How requests ended, and what the answers were worth', head, rows, 1),
      ...makeList(stages.flatMap((stage) => listFailures(stage, labels.stage(stage)))),
    ],
  };
}

function listFailures({ errors, counts, failures: { retryAfterMs } }: StageReport, label: string): string[] {
  const lines = errors.map((group) => {
    const text = describeFailure(group);
    const share = formatPercent(group.count / counts.issued);
    return `${label}: ${group.count} ${group.outcome} (${share})${text === '' ? '' : `: ${text}`}`;
  });
  if (retryAfterMs.n === 0 || retryAfterMs.p50 === null) return lines;
  const answers = retryAfterMs.n === 1 ? '1 answer' : `${retryAfterMs.n} answers`;
  const seconds = formatNumber(retryAfterMs.p50 / 1_000, 1);
  return [...lines, `${label}: ${answers} asked to wait, ${seconds} s in the median`];
}

/** The share of requests that meet the SLOs, all of them and each; nothing where the spec names none. */
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
  return {
    id: 'goodput',
    title: 'Goodput against the SLOs',
    blocks: makeTable('Share of requests that meet the SLOs', head, rows, 2),
  };
}

function makeShareCells({ value, n, reason, interval }: StageReport['goodputShare']): Cell[] {
  return [makeCountCell(n), makePercentCell({ value, reason }), makePercentRange(interval)];
}
