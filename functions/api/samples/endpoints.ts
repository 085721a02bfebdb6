import { z } from 'zod';
import { sampleSchema } from '../../../shared/sample/sample.ts';
import { linkNext } from '../http/answers.ts';
import { buildFormatSchema, chooseFormat } from '../http/choose-format.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { listSamples, renderSamplesCsv } from './list-samples.ts';

const sampleFormats = { ndjson: 'application/x-ndjson', csv: 'text/csv' } as const;

const sampleQuerySchema = z.strictObject({
  format: buildFormatSchema(sampleFormats),
  limit: z.coerce.number().int().min(1).max(10_000).default(1_000).describe('Maximum number of samples per page'),
  cursor: z.string().min(1).max(200).optional().describe('Cursor from the `Link` header of the previous page'),
});

const placedSampleSchema = sampleSchema
  .extend({
    stageIndex: z.int().min(0).describe('Index of the stage in the plan'),
    targetId: z.string().describe('Id of the target'),
    levelIndex: z.int().min(0).describe('Index of the load level, in run order'),
  })
  .meta({ id: 'Sample', description: 'The raw record of one request' });

export const sampleEndpoints = [
  defineEndpoint({
    operationId: 'listSamples',
    method: 'get',
    path: '/v1/runs/{runId}/samples',
    tag: 'Results',
    scope: 'runs:read',
    summary: 'List the samples of a run',
    description:
      'Returns the raw timings of a finished run: one line per planned request, including requests that were not sent, sorted by stage, batch and index. Timestamps are milliseconds on the monotonic clock of the batch. The `Link` header points to the next page.',
    errors: ['CONFLICT'],
    query: sampleQuerySchema,
    answers: {
      200: {
        description: 'A page of samples',
        content: {
          [sampleFormats.ndjson]: { schema: placedSampleSchema },
          [sampleFormats.csv]: { schema: z.string() },
        },
      },
    },
    handle: async ({ c, deps, tenantId, params: { runId }, query }) => {
      const { limit, cursor = null } = query;
      const page = await listSamples(deps, tenantId, runId, { limit, cursor });
      linkNext(c, page.cursor);
      if (chooseFormat(c, sampleFormats, query.format) === 'csv') {
        const headers = { 'Content-Type': 'text/csv; charset=utf-8; header=present' };
        return c.body(renderSamplesCsv(page.samples), 200, headers);
      }
      const lines = page.samples.map((sample) => `${JSON.stringify(sample)}\n`);
      return c.body(lines.join(''), 200, { 'Content-Type': sampleFormats.ndjson });
    },
  }),
];
