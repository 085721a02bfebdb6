import { z } from 'zod';
import { throwFaults } from '../../../shared/errors/app-error.ts';
import { matchText, requireForm } from '../../../shared/errors/schema-rule.ts';
import { idSchema } from '../../../shared/ids/ids.ts';
import { runStatuses, runStatusSchema } from '../../../shared/records/records.ts';
import { type RunFilter, splitWords } from '../../../shared/records/run-filter.ts';
import { runSourceSchema, runSources } from '../../../shared/records/run-source.ts';
import { createdRangeFields, readCreatedRange } from '../http/created-range.ts';
import { pageQuerySchema } from '../http/schemas.ts';

const maxEntries = 10;

const conditions = {
  status: z.array(runStatusSchema).min(1).max(runStatuses.length).optional().describe('Any of these statuses'),
  source: z.array(runSourceSchema).min(1).max(runSources.length).optional().describe('Any of these sources'),
  scheduleId: idSchema('schedule').optional().describe('Schedule that started the runs'),
  namePrefix: z.string().min(1).max(200).optional().describe('Start of the name, in the same case'),
  search: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('Words of the name, in any order and case. A word also matches the start of a longer one'),
  ...createdRangeFields,
};

const entry = matchText(/^[^=]{1,100}=.{0,1000}$/s, requireForm('a key, =, and a value, such as commit=abc123'));

/** Query of `GET /v1/runs`. */
export const runQuerySchema = pageQuerySchema.extend({
  ...conditions,
  metadata: z
    .array(entry)
    .max(maxEntries)
    .optional()
    .describe('Entries of the metadata, such as `commit=abc123`. All of them must match'),
  sort: z.enum(['newest', 'oldest']).meta({ id: 'RunOrder' }).default('newest').describe('Order by creation'),
});

/** Filter in the body of a bulk deletion, with the same conditions. */
export const runFilterBodySchema = z
  .strictObject({
    ...conditions,
    metadata: z
      .record(z.string().min(1).max(100), z.string().max(1_000))
      .optional()
      .describe('Entries of the metadata. All of them must match'),
  })
  .meta({ id: 'RunFilter', description: 'Conditions on runs, as in listRuns. A run must meet all of them' });

type Conditions = Omit<z.output<typeof runFilterBodySchema>, 'metadata'> & {
  metadata?: readonly string[] | Readonly<Record<string, string>> | undefined;
};

/**
 * Converts the conditions of a request to a filter.
 * @param buildPointer returns the pointer of a condition, such as `?search`
 * @throws AppError INVALID_REQUEST if the search has no word, or if the range of the creation is empty
 */
export function buildRunFilter(
  { status, source, createdFrom, createdBefore, metadata, ...rest }: Conditions,
  buildPointer: (name: string) => string,
): RunFilter {
  const { range, faults } = readCreatedRange({ createdFrom, createdBefore }, buildPointer);
  if (rest.search !== undefined && splitWords(rest.search).length === 0)
    faults.push({ pointer: buildPointer('search'), fault: 'has no word', remedy: 'Use a word with letters or digits' });
  throwFaults('INVALID_REQUEST', faults);
  const wanted = {
    ...rest,
    statuses: status,
    sources: source,
    metadata: Array.isArray(metadata) ? Object.fromEntries(metadata.map(splitEntry)) : metadata,
    ...range,
  };
  const given = Object.entries(wanted).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as RunFilter; // the entries are those of a filter, without undefined ones
}

function splitEntry(text: string): [string, string] {
  const end = text.indexOf('=');
  return [text.slice(0, end), text.slice(end + 1)];
}
