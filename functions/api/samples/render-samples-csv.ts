import { stringify } from 'csv-stringify/sync';
import { csvColumnNames } from '../../../shared/sample/sample-fields.ts';
import type { PlacedSample } from './list-samples.ts';

/** The CSV columns in order. Dots flatten nested records. */
const columns = ['stageIndex', 'targetId', 'levelIndex', ...csvColumnNames];

/**
 * Renders samples as CSV (RFC 4180) with a header line; null is an empty field. Escapes text that a spreadsheet would
 * run as a formula, such as an error message of a provider.
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
