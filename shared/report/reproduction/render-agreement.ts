import { createFootnotes } from '../render/text/footnotes.ts';
import { textTable } from '../render/text/text-table.ts';
import { formatShort } from '../words/format-number.ts';
import { type JudgedFigure, overallAgreement, type Tolerances } from './judge-agreement.ts';

/** A report beside the run that repeated it, figure by figure, and what it comes to. Ends in a line break. */
export function renderAgreement(figures: readonly JudgedFigure[], { tolerance, shareTolerance }: Tolerances): string {
  const show = (value: number | null) => (value === null ? '-' : formatShort(value));
  const footnotes = createFootnotes();
  const rows = figures.map((figure, i) => {
    const { targetId, stageIndex, metric, statistic, before, after, interval, nBefore, nAfter, verdict, reason } =
      figure;
    const isFirst = i === 0 || figures[i - 1]?.stageIndex !== stageIndex;
    return [
      isFirst ? `${targetId}, stage ${stageIndex}` : '',
      statistic === null ? metric : `${metric} ${statistic}`,
      // Text columns come first.
      reason === null ? verdict : `${verdict} ${footnotes.missing(reason).slice(1)}`,
      show(before),
      show(after),
      interval === null ? '' : `${interval.low.toFixed(3)} to ${interval.high.toFixed(3)}`,
      `${nBefore} / ${nAfter}`,
    ];
  });
  const count = (verdict: string) => figures.filter((figure) => figure.verdict === verdict).length;
  return `${[
    ...textTable(['', '', '', 'before', 'after', '95 %', 'n'], rows, 3),
    ...footnotes.lines(),
    '',
    `The interval is of after / before; of shares, of the difference. Within ${(100 * tolerance).toFixed(0)} % (of shares, ${shareTolerance}) agrees.`,
    `${count('agree')} agree, ${count('differ')} differ, ${count('cannot tell')} cannot tell: the runs ${sentences[overallAgreement(figures)]}.`,
  ].join('\n')}\n`;
}

const sentences = {
  agree: 'agree',
  differ: 'differ',
  'cannot tell': 'do not differ as far as can be told; more requests would tell more',
} as const;
