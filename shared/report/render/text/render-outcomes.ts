import type { Figure } from '../../../metrics/figure.ts';
import type { Report, StageReport } from '../../model/report.ts';
import { describeFailure } from '../../words/describe-failure.ts';
import { stageLabels } from '../../words/describe-load.ts';
import { formatNumber, formatPercent } from '../../words/format-number.ts';
import type { Footnotes } from './footnotes.ts';
import { type TableStyle, textTable } from './text-table.ts';
import { wrapText } from './wrap-text.ts';

/** How requests ended, what the answers were worth, and the failures by class. */
export function renderOutcomes(
  report: Report,
  footnotes: Footnotes,
  width: number,
  table: TableStyle = textTable,
): string[] {
  const labels = stageLabels(report);
  const share = (figure: Figure) =>
    figure.value === null ? footnotes.missing(figure.reason) : formatPercent(figure.value);
  const rows = report.stages.map((stage) => {
    const { counts, answers } = stage;
    const { mean, reason } = answers.linesFromInput;
    return [
      labels.get(stage.stageIndex) ?? '',
      ...[counts.planned, counts.ok, counts.failed, counts.canceled, counts.notSent].map((n) => formatNumber(n, 0)),
      share(stage.errorRate),
      share(answers.checksumOkRate),
      mean === null ? footnotes.missing(reason) : formatPercent(mean),
      share(stage.slowFirstTokenShare),
    ];
  });
  const head = ['', 'planned', 'ok', 'failed', 'canceled', 'not sent', 'errors', 'checksum', 'lines', 'TTFT>3s'];
  const failures = report.stages.flatMap((stage) => failureLines(stage, labels.get(stage.stageIndex) ?? '', width));
  return [...table(head, rows, 1), ...(failures.length === 0 ? [] : ['', ...failures])];
}

function failureLines({ errors, counts, failures }: StageReport, label: string, width: number): string[] {
  const lines = errors.map((group) => {
    const { outcome, count } = group;
    const text = describeFailure(group);
    return `${label}: ${count} ${outcome} (${formatPercent(count / counts.issued)})${text === '' ? '' : `: ${text}`}`;
  });
  const { retryAfterMs } = failures;
  if (retryAfterMs.n > 0 && retryAfterMs.p50 !== null)
    lines.push(
      `${label}: ${retryAfterMs.n === 1 ? '1 answer' : `${retryAfterMs.n} answers`} asked to wait, ${formatNumber(retryAfterMs.p50 / 1_000, 1)} s in the median`,
    );
  return lines.flatMap((line) => wrapText(line, width, '  '));
}
