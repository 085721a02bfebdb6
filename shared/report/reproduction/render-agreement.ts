import { renderText } from '../render/text/render-text.ts';
import { composeDocument } from '../sections/document.ts';
import { makeLabelCell, makeTable } from '../sections/make-blocks.ts';
import { combineAgreement, type JudgedFigure, type Tolerances } from './judge-agreement.ts';

const sentences = {
  agree: 'agree',
  differ: 'differ',
  'cannot tell': 'do not differ as far as can be told; more requests would tell more',
} as const;

/** A report beside the run that repeated it, figure by figure, and what it comes to. Ends in a line break. */
export function renderAgreement(figures: readonly JudgedFigure[], { tolerance, shareTolerance }: Tolerances): string {
  const rows = figures.map((figure, i) => {
    const { targetId, stageIndex, metric, statistic, verdict, reason, nBefore, nAfter } = figure;
    const isFirst = figures[i - 1]?.stageIndex !== stageIndex;
    return [
      makeLabelCell(`${targetId}, stage ${stageIndex}`, isFirst ? 0 : 1),
      statistic === null ? metric : `${metric} ${statistic}`,
      { text: verdict, reason },
      { value: figure.before },
      { value: figure.after },
      { range: figure.interval, decimals: 3 },
      `${nBefore} / ${nAfter}`,
    ];
  });
  const head = ['', '', '', 'before', 'after', '95 %', 'n'];
  const count = (verdict: string) => figures.filter((figure) => figure.verdict === verdict).length;
  const limits = `Within ${(100 * tolerance).toFixed(0)} % (of shares, ${shareTolerance}) agrees.`;
  const outcome = `${count('agree')} agree, ${count('differ')} differ, ${count('cannot tell')} cannot tell: the runs ${sentences[combineAgreement(figures)]}.`;
  return renderText(
    composeDocument({
      title: 'Agreement',
      intro: [...makeTable('The report beside the new run', head, rows, 3), { kind: 'reasons' }],
      sections: [
        {
          id: 'agreement',
          title: '',
          blocks: [
            { kind: 'paragraph', words: `The interval is of after / before; of shares, of the difference. ${limits}` },
            { kind: 'paragraph', words: outcome },
          ],
        },
      ],
    }),
  );
}
