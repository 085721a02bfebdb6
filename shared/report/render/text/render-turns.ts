import type { Figure } from '../../../metrics/figure.ts';
import type { Report } from '../../model/report.ts';
import { stageLabels } from '../../words/describe-load.ts';
import { formatNumber } from '../../words/format-number.ts';
import type { Footnotes } from './footnotes.ts';
import { type TableStyle, textTable } from './text-table.ts';

/** The turns of the conversations of each stage; nothing where there are none. */
export function renderTurns(report: Report, footnotes: Footnotes, table: TableStyle = textTable): string[] {
  const labels = stageLabels(report);
  const percent = ({ value, reason }: Figure) =>
    value === null ? footnotes.missing(reason) : formatNumber(value * 100, 1);
  const whole = (value: number | null, reason: string | null) =>
    value === null ? footnotes.missing(reason) : formatNumber(value, 0);
  const rows = report.stages.flatMap((stage) =>
    stage.turns.map(({ turn, ttftMs, inputTokens, cachedInputShare, overlapShare }, position) => [
      position === 0 ? (labels.get(stage.stageIndex) ?? '') : '',
      String(turn),
      String(inputTokens.n),
      whole(inputTokens.mean, inputTokens.reason),
      whole(ttftMs.p50, ttftMs.reason),
      whole(ttftMs.p95, ttftMs.reason),
      percent(cachedInputShare),
      percent(overlapShare),
    ]),
  );
  if (rows.length === 0) return [];
  return table(['', 'turn', 'n', 'input tokens', 'TTFT p50 ms', 'TTFT p95 ms', 'cached %', 'overlap %'], rows, 1);
}
