import type { DedicatedCost } from '../../../cost/dedicated-cost.ts';
import type { Figure } from '../../../metrics/figure.ts';
import type { Report } from '../../model/report.ts';
import { targetLabels } from '../../words/describe-load.ts';
import { formatNumber } from '../../words/format-number.ts';
import { plainText } from '../../words/plain-text.ts';
import type { Footnotes } from './footnotes.ts';
import { type TableStyle, textTable } from './text-table.ts';
import { wrapText } from './wrap-text.ts';

/** What the tokens cost at each target's prices. */
export function renderCost(
  report: Report,
  footnotes: Footnotes,
  width: number,
  table: TableStyle = textTable,
): string[] {
  const labels = targetLabels(report);
  const usd = (figure: Figure, decimals: number) =>
    figure.value === null ? footnotes.missing(figure.reason) : formatNumber(figure.value, decimals);
  const rows = report.targets.map(({ targetId, cost }) => [
    labels.get(targetId) ?? '',
    cost.pricing === null ? '-' : `${cost.pricing.inputPerMillionTokens} / ${cost.pricing.outputPerMillionTokens}`,
    usd(cost.typicalRequest.typicalCostPerThousandUsd, 3),
    usd(cost.costPerThousandRequestsUsd, 3),
    usd(perThousand(cost.costPerGoodRequestUsd), 3),
    usd(cost.costPerMillionTokensUsd, 4),
    usd(cost.totals.totalUsd, 4),
  ]);
  const head = ['USD', 'in / out per M', '1,000 typical', '1,000 measured', '1,000 good', 'M tokens', 'this run'];
  const notes = report.targets.flatMap(({ targetId, cost }) => {
    if (cost.pricing === null) return [];
    const { asOf, source } = cost.pricing;
    const { basis, inputTokens, outputTokens } = cost.typicalRequest;
    const typical =
      inputTokens === null || outputTokens === null
        ? []
        : [`typical: ${formatNumber(inputTokens, 0)} in, ${formatNumber(outputTokens, 0)} out (${basis})`];
    const counted = Object.entries(cost.sources).filter(([, count]) => count > 0);
    const parts = [
      ...typical,
      ...counted.map(([name, count]) => `${count} counted by ${name === 'mixed' ? 'usage and tokenizer' : name}`),
      ...(cost.totals.unknownBilling > 0 ? [`billing of ${cost.totals.unknownBilling} unknown`] : []),
      `prices ${asOf === undefined ? 'of unknown date' : `of ${asOf}`}${source === undefined ? '' : ` from ${plainText(source)}`}`,
    ];
    return wrapText(`${labels.get(targetId)}: ${parts.join('; ')}.`, width, '  ');
  });
  const dedicated = report.targets.flatMap(({ targetId, cost }) =>
    cost.dedicated === null
      ? []
      : wrapText(`${labels.get(targetId)}: ${describeDedicated(cost.dedicated)}`, width, '  '),
  );
  const breakEven = report.comparisons.flatMap(({ breakEven: { statement } }) => statement ?? []);
  const unique = [...new Set(breakEven)].flatMap((line) => wrapText(line, width, '  '));
  return [...table(head, rows, 2), ...notes, ...dedicated, ...unique];
}

function describeDedicated({ hardware, hourlyUsd, stageIndex, ...figures }: DedicatedCost): string {
  const { instanceType = 'instance', instances, asOf } = hardware;
  const dated = asOf === undefined ? '' : ` (price of ${asOf})`;
  const price = `${instances} x ${plainText(instanceType)} at ${formatNumber(hourlyUsd, 2)} USD an hour${dated}`;
  const { value, reason } = figures.costPerMillionOutputTokensAtFullUseUsd;
  if (value === null) return `${price}: no cost of tokens, ${reason}.`;
  return `${price}: ${formatNumber(value, 3)} USD per million output tokens, were it always as busy as in stage ${stageIndex}.`;
}

function perThousand({ value, n, reason }: Figure): Figure {
  return { value: value === null ? null : value * 1_000, n, reason };
}
