import { z } from 'zod';
import { type CsvValue, formatCsvRow } from '../../../shared/format-csv.ts';
import { csvColumnNames } from '../../../shared/sample/sample-fields.ts';
import { linkNext } from '../http/answers.ts';
import { buildContent, buildFormatSchema, chooseFormat } from '../http/choose-format.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { listSamples, type PlacedSample, placedSampleSchema } from './list-samples.ts';

const sampleFormats = {
  ndjson: {
    contentType: 'application/x-ndjson',
    schema: placedSampleSchema,
    render: (samples: readonly PlacedSample[]) => samples.map((sample) => `${JSON.stringify(sample)}\n`).join(''),
  },
  csv: { contentType: 'text/csv; charset=utf-8; header=present', schema: z.string(), render: renderSamplesCsv },
};

const sampleQuerySchema = z.strictObject({
  format: buildFormatSchema(sampleFormats),
  limit: z.coerce.number().int().min(1).max(10_000).default(1_000).describe('Maximum number of samples per page'),
  cursor: z.string().min(1).max(200).optional().describe('Cursor from the `Link` header of the previous page'),
});

export const sampleEndpoints = [
  defineEndpoint({
    operationId: 'listSamples',
    method: 'get',
    path: '/v1/runs/{runId}/samples',
    tag: 'Results',
    scope: 'runs:read',
    effort: 'rendering',
    summary: 'List the samples of a run',
    description:
      'Returns the raw timings of a finished run: one line per planned request, including requests that were not sent, sorted by stage, batch and index. Timestamps are milliseconds on the monotonic clock of the batch. The `Link` header points to the next page.',
    errors: ['CONFLICT'],
    query: sampleQuerySchema,
    answers: { 200: { description: 'A page of samples', content: buildContent(sampleFormats) } },
    handle: async (call) => {
      const { c, query } = call;
      const { samples, cursor } = await listSamples(call, call.params.runId, query);
      linkNext(c, cursor);
      const { contentType, render } = chooseFormat(c, sampleFormats, query.format);
      return c.body(render(samples), 200, { 'Content-Type': contentType });
    },
  }),
];

/** Columns of the CSV file, in order. Nested fields become columns whose names contain dots. */
const columns = ['stageIndex', 'targetId', 'levelIndex', ...csvColumnNames];
const paths = columns.map((name) => name.split('.'));

/** Renders samples as CSV (RFC 4180) with a header line; null becomes an empty field. */
function renderSamplesCsv(samples: readonly PlacedSample[]): string {
  const rows = samples.map((sample) => formatCsvRow(paths.map((path) => pickField(sample, path))));
  return [formatCsvRow(columns), ...rows].join('');
}

function pickField(sample: PlacedSample, path: readonly string[]): CsvValue {
  let value: unknown = sample;
  for (const name of path) value = (value as Record<string, unknown> | null)?.[name]; // each path is in the schema
  return value as CsvValue; // columns exist only for fields with a simple value
}
