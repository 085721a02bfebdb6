import { z } from 'zod';
import { type CsvValue, formatCsvRow } from '../../../shared/format-csv.ts';
import { csvColumnNames } from '../../../shared/sample/sample-fields.ts';
import { defineAnswer, linkNext } from '../http/answers.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { pageSchema } from '../http/schemas.ts';
import { listSamples, type PlacedSample, placedSampleSchema, type SampleTexts } from './list-samples.ts';

const samplePageSchema = pageSchema(placedSampleSchema).meta({ id: 'SamplePage' });

/** Columns of the CSV file (RFC 4180), in order. A null is an empty field. Nested fields become columns whose names contain dots. */
const columns = ['stageIndex', 'targetId', 'levelIndex', ...csvColumnNames, 'exchangeId'];
const paths = columns.map((name) => name.split('.'));

/** Formats of a page of samples, by key. The first one is also available at the path without an ending. */
export const sampleFormats = {
  ndjson: {
    operationId: 'getSamplesNdjson',
    ending: '.ndjson',
    label: 'NDJSON',
    contentType: 'application/x-ndjson',
    schema: z.string().describe('One JSON object per line, with the schema `Sample`'),
    renderSample: (sample: PlacedSample) => `${JSON.stringify(sample)}\n`,
    renderPage: ({ texts }: SampleTexts) => texts.join(''),
  },
  csv: {
    operationId: 'getSamplesCsv',
    ending: '.csv',
    label: 'CSV',
    contentType: 'text/csv; charset=utf-8; header=present',
    schema: z.string(),
    renderSample: (sample: PlacedSample) => formatCsvRow(paths.map((path) => pickField(sample, path))),
    renderPage: ({ texts }: SampleTexts) => [formatCsvRow(columns), ...texts].join(''),
  },
  json: {
    operationId: 'listSamples',
    ending: '.json',
    label: 'JSON',
    contentType: 'application/json',
    schema: samplePageSchema,
    renderSample: (sample: PlacedSample) => JSON.stringify(sample),
    renderPage: ({ texts, cursor }: SampleTexts) => `{"items":[${texts.join(',')}],"cursor":${JSON.stringify(cursor)}}`,
  },
};

const sampleQuerySchema = z.strictObject({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(1_000)
    .describe('Maximum number of samples per page. A page of many bytes has fewer'),
  cursor: z.string().min(1).max(200).optional().describe('Cursor of the previous page. Default: the first page'),
});

const description =
  'Returns the raw timings of a finished run: one sample per planned request, including requests that were not sent, sorted by stage, batch and index. Timestamps are milliseconds on the monotonic clock of the batch.';

/** One operation per format of samples. */
export const sampleEndpoints = Object.values(sampleFormats).map((format) =>
  defineEndpoint({
    operationId: format.operationId,
    method: 'get',
    path: `/v1/runs/{runId}/samples${format.ending}`,
    tag: 'Results',
    scope: 'runs:read',
    effort: 'rendering',
    isLarge: true,
    summary: `List the samples of a run as ${format.label}`,
    ...(format.ending === '.json' && { description }),
    errors: ['CONFLICT'],
    query: sampleQuerySchema,
    answers: { 200: defineAnswer('A page of samples', format) },
    handle: async (call) => {
      const page = await listSamples(call, call.params.runId, call.query, format.renderSample);
      linkNext(call.c, page.cursor);
      return call.c.body(format.renderPage(page), 200, { 'Content-Type': format.contentType });
    },
  }),
);

function pickField(sample: PlacedSample, path: readonly string[]): CsvValue {
  let value: unknown = sample;
  for (const name of path) value = (value as Record<string, unknown> | null)?.[name]; // each path is in the schema
  return value as CsvValue; // columns exist only for fields with a simple value
}
