import type { Report } from '../../model/report.ts';
import { stageLabels } from '../../words/describe-load.ts';
import { formatNumber } from '../../words/format-number.ts';
import { describeRuntimes } from './describe-runtimes.ts';
import type { Footnotes } from './footnotes.ts';
import { type TableStyle, textTable } from './text-table.ts';

const head = ['', 'error p50 ms', 'p99 ms', 'n', 'slip p99', 'loop p99', 'GC max', 'CPU %', 'CPU wait %'];

/** The error bar of each stage that was measured, and what else may have disturbed it: the worst of its batches. */
export function renderInstrument(
  { stages, ...report }: Report,
  footnotes: Footnotes,
  table: TableStyle = textTable,
): string[] {
  const labels = stageLabels({ ...report, stages });
  const show = (value: number | null, decimals: number) =>
    value === null ? footnotes.missing('not known of this run') : formatNumber(value, decimals);
  const percent = (share: number | null) => show(share === null ? null : 100 * share, 0);
  const rows = stages
    .filter(({ instrument }) => instrument.attempts > 0)
    .map(({ stageIndex, instrument }) => [
      labels.get(stageIndex) ?? '',
      show(instrument.errorP50Ms, 2),
      show(instrument.errorP99Ms, 2),
      formatNumber(instrument.errorReads, 0),
      show(instrument.slipP99Ms, 1),
      show(instrument.eventLoopDelayP99Ms, 1),
      show(instrument.gcMaxMs, 1),
      percent(instrument.cpuUse),
      percent(instrument.cpuWaitShare),
    ]);
  return rows.length === 0 ? [] : [...table(head, rows, 1), ...describeRuntimes({ stages })];
}
