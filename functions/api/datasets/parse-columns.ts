import { throwFaults } from '../../../shared/errors/app-error.ts';
import { matchText, suggestForm } from '../../../shared/errors/schema-rule.ts';
import { type ColumnMap, promptFields, traceFields } from '../../../shared/workload/datasets/forms/dataset-form.ts';

const fields = [...promptFields, ...traceFields];
const example = 'prompt:question,maxOutputTokens:length';

export const columnsSchema = matchText(
  /^[A-Za-z]+:[^,]+(?:,[A-Za-z]+:[^,]+)*$/,
  suggestForm(`pairs of a field and a column such as ${example}`),
)
  .optional()
  .describe(`Columns to use, such as \`${example}\`. Fields: ${fields.join(', ')}`);

/** Parses pairs of our field and the file's column. @throws AppError INVALID_REQUEST if a field is unknown */
export function parseColumns(text: string | undefined): ColumnMap | undefined {
  if (text === undefined) return undefined;
  const pairs = text.split(',').map((pair): [string, string] => {
    const at = pair.indexOf(':');
    return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
  });
  const unknown = pairs.filter(([field]) => !fields.some((known) => known === field));
  throwFaults(
    'INVALID_REQUEST',
    unknown.map(([field]) => ({
      pointer: '?columns',
      fault: `has the unknown field ${field}`,
      remedy: `Use the fields ${fields.join(', ')}`,
    })),
  );
  return Object.fromEntries(pairs);
}
