import { renderText } from '../render/text/render-text.ts';
import { composeDocument } from '../sections/document.ts';
import { makeLabelCell, makeTable } from '../sections/make-blocks.ts';
import { combineAgreement, type JudgedValue, type Tolerances } from './judge-agreement.ts';

const sentences = {
  agree: 'agree',
  differ: 'differ',
  'cannot tell': 'show no difference, but more requests are needed to confirm that they agree',
} as const;

/** Renders a report and the run that repeated it, value by value, with the outcome. Ends with a line break. */
export function renderAgreement(values: readonly JudgedValue[], { tolerance, shareTolerance }: Tolerances): string {
  const rows = values.map((value, i) => {
    const { targetId, stageIndex, metric, statistic, verdict, reason, nBefore, nAfter } = value;
    const isFirst = values[i - 1]?.stageIndex !== stageIndex;
    return [
      makeLabelCell(`${targetId}, stage ${stageIndex}`, isFirst ? 0 : 1),
      statistic === null ? metric : `${metric} ${statistic}`,
      { text: verdict, reason },
      { value: value.before },
      { value: value.after },
      { range: value.interval, decimals: 3 },
      `${nBefore} / ${nAfter}`,
    ];
  });
  const head = ['', '', '', 'before', 'after', '95 %', 'n'];
  const count = (verdict: string) => values.filter((value) => value.verdict === verdict).length;
  const limits = `Values agree within ${(100 * tolerance).toFixed(0)} % (shares: within ${shareTolerance}).`;
  const outcome = `${count('agree')} agree, ${count('differ')} differ, ${count('cannot tell')} cannot tell: the runs ${sentences[combineAgreement(values)]}.`;
  return renderText(
    composeDocument({
      title: 'Agreement',
      intro: [...makeTable('The report and the new run', head, rows, 3), { kind: 'reasons' }],
      sections: [
        {
          id: 'agreement',
          title: '',
          blocks: [
            {
              kind: 'paragraph',
              words: `The interval is that of after / before (shares: of after − before). ${limits}`,
            },
            { kind: 'paragraph', words: outcome },
          ],
        },
      ],
    }),
  );
}
