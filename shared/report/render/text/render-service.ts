import type { Report } from '../../model/report.ts';
import { formatNumber } from '../../words/format-number.ts';
import { plainText } from '../../words/plain-text.ts';
import { type TableStyle, textTable } from './text-table.ts';
import { wrapText } from './wrap-text.ts';

/** What the run takes of AWS besides its tokens; nothing of an imported one. */
export function renderService({ service }: Report, width: number, table: TableStyle = textTable): string[] {
  if (service === null) return [];
  const { use, lambdaUsd, dynamodbUsd, sqsUsd, totalUsd, prices } = service;
  // Most runs cost a fraction of a cent.
  const decimals = totalUsd >= 1 ? 4 : 6;
  const count = (value: number, unit: string, fraction = 0) => `${formatNumber(value, fraction)} ${unit}`;
  const rows = [
    ['Lambda', `${count(use.lambdaGbSeconds, 'GB-s', 1)}, ${count(use.lambdaInvocations, 'invocations')}`, lambdaUsd],
    [
      'DynamoDB',
      `${count(use.dynamodbWriteUnits, 'write units')}, ${count(use.dynamodbReadUnits, 'read units')}`,
      dynamodbUsd,
    ],
    ['SQS', count(use.sqsRequests, 'requests'), sqsUsd],
    ['together', '', totalUsd],
  ] as const;
  const note = `By counts, at prices of ${plainText(prices.asOf)} in ${plainText(prices.region)} without a free tier (${plainText(prices.source)}). The API, logs and what is stored are not in it. A run on one machine has the same figures, and pays nothing of them.`;
  return [
    ...table(
      ['', 'use', 'USD'],
      rows.map(([name, used, usd]) => [name, used, formatNumber(usd, decimals)]),
      2,
    ),
    ...wrapText(note, width, '  '),
  ];
}
