export type CsvValue = string | number | boolean | null | undefined;

/** Matches text that a spreadsheet would read as a formula, in ASCII or full-width characters. */
const formulaStart = /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;
const quoted = /[",\r\n]/;

function formatField(value: CsvValue): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const text = formulaStart.test(value) ? `'${value}` : value;
  return quoted.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Formats values as a part of a CSV row (RFC 4180), without a line break. Null and undefined become empty fields. Text
 * that a spreadsheet would read as a formula gets an apostrophe. Numbers do not, because a minus sign alone is harmless.
 */
export function formatCsvFields(values: readonly CsvValue[]): string {
  let line = '';
  for (let i = 0; i < values.length; i++) line += i === 0 ? formatField(values[i]) : `,${formatField(values[i])}`;
  return line;
}

/** Formats a complete CSV row, with the line break that RFC 4180 requires. */
export function formatCsvRow(values: readonly CsvValue[]): string {
  return `${formatCsvFields(values)}\r\n`;
}
