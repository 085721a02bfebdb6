import { html } from 'hono/html';
import type { Compared, Inference } from '../../model/compared.ts';
import type { Report } from '../../model/report.ts';
import { describeLoad, targetLabels } from '../../words/describe-load.ts';
import { formatShort } from '../../words/format-number.ts';
import { metricTitle } from '../../words/metric-titles.ts';
import { plainText } from '../../words/plain-text.ts';
import type { Footnotes } from '../text/footnotes.ts';
import { dataTable } from './data-table.ts';
import { figureName } from './figure-name.ts';
import { formatProbability } from './format-probability.ts';
import type { Html } from './html.ts';
import { measuredCell } from './measured-cell.ts';

const inWords: ReadonlySet<string> = new Set(['ttftMs', 'e2eLatencyMs']);

/** Each target beside the first one: the main differences in words, all of them as tables; nothing of one target. */
export function renderComparison(report: Report, footnotes: Footnotes): Html | string {
  if (report.comparisons.length === 0) return '';
  const labels = targetLabels(report);
  const isOnly = report.comparisons.length === 1;
  const loads = new Map(report.stages.map((stage) => [`${stage.levelIndex}/${stage.targetId}`, describeLoad(stage)]));
  const tables = report.comparisons.map(({ levelIndex, baseTargetId: base, targetId, metrics: figures, breakEven }) => {
    const [ofBase, ofTarget] = [labels.get(base) ?? base, labels.get(targetId) ?? targetId];
    const load = loads.get(`${levelIndex}/${base}`) ?? '';
    const words = figures.filter(isMain).flatMap(readable);
    const known = figures.filter((figure) => figure.base !== null && figure.target !== null);
    if (known.length === 0) return '';
    const table = dataTable({
      caption: `${ofTarget} against ${ofBase}${load === '' ? '' : ` at ${load}`}: every figure`,
      head: ['Figure', ofBase, ofTarget, 'Difference', 'Ratio', 'p-value', 'Test', 'n'],
      rows: known.map((figure) => rowOf(figure, footnotes)),
      textColumns: 1,
    });
    return html`<h3>${ofTarget} beside ${ofBase}${load === '' ? '' : `, at ${load}`}</h3><ul>${[...words, ...(breakEven.statement === null ? [] : [breakEven.statement])].map((line) => html`<li>${plainText(line)}</li>`)}</ul>${isOnly ? table : html`<details><summary>Every figure</summary>${table}</details>`}`;
  });
  if (tables.every((table) => table === '')) return '';
  return html`${tables}<p class="legend">Figures that both have. Small ones are 95 % intervals. A ratio whose interval holds 1 may be chance. Where both targets got the same prompts, answers to the same prompt are compared in pairs.</p>`;
}

function isMain({ metric, statistic, window }: Compared): boolean {
  if (metric === 'costPerThousandRequestsUsd') return true;
  if (metric === 'completedRequestsPerMinute') return window === 'steady';
  return statistic === 'p50' && inWords.has(metric);
}

/** The statement of a figure, with the title of its metric in place of its name. */
function readable({ metric, ratio, statement }: Compared): string[] {
  if (statement === null || ratio === 0) return [];
  const title = metricTitle(metric);
  return [statement.replace(metric, `${title.charAt(0).toLowerCase()}${title.slice(1)}`)];
}

function rowOf(figure: Compared, footnotes: Footnotes): (string | Html)[] {
  const { base, target, difference, ratio, nBase, nTarget, reason, inference } = figure;
  const test = inference?.test;
  return [
    figureName(figure),
    measuredCell(base, null, reason, footnotes),
    measuredCell(target, null, reason, footnotes),
    contrastCell(difference, inference?.difference, reason, footnotes, formatShort),
    contrastCell(ratio, inference?.ratio, reason, footnotes, (value) => value.toFixed(3)),
    test === undefined ? '' : formatProbability(test.pValue),
    test === undefined ? '' : test.test,
    // What rests on prices and a workload alone has no n.
    nBase === 0 && nTarget === 0 ? '' : nBase === nTarget ? String(nBase) : `${nBase}, ${nTarget}`,
  ];
}

function contrastCell(
  value: number | null,
  contrast: Inference['ratio'] | undefined,
  reason: string | null,
  footnotes: Footnotes,
  format: (value: number) => string,
): string | Html {
  return measuredCell(value, contrast?.interval ?? null, reason, footnotes, format, contrast?.reason ?? null);
}
