import { stringify } from 'csv-stringify/sync';
import { csvColumnNames } from '../../../shared/sample/sample-fields.ts';
import type { PlacedSample } from './list-samples.ts';

/** The columns of the CSV, in order; nested records are flattened by dots. */
const columns = ['stageIndex', 'targetId', 'levelIndex', ...csvColumnNames];

/**
 * Samples as CSV (RFC 4180) with a header line; null is an empty field. Text that a spreadsheet would take for a formula
 * (a provider's error message may be one) is quoted with an apostrophe.
 */
export function renderSamplesCsv(samples: readonly PlacedSample[]): string {
  return stringify([...samples], {
    header: true,
    columns: columns.map((key) => ({ key })),
    record_delimiter: 'windows',
    escape_formulas: true,
    cast: { boolean: (value) => String(value) },
  });
}
