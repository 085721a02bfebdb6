import { createRoute } from '@hono/zod-openapi';
import { refuse } from '../../../shared/errors/refuse.ts';
import type { DatasetKind } from '../../../shared/records/records.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { jsonContent } from '../http/json-content.ts';
import { checkPromptLines } from './check-prompt-lines.ts';
import { checkTextLines } from './check-text-lines.ts';
import { checkTraceLines } from './check-trace-lines.ts';
import { createDataset } from './create-dataset.ts';
import { datasetContent, datasetQuerySchema, datasetSchema, toDatasetView } from './schemas.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/datasets',
  operationId: 'createDataset',
  tags: ['Datasets'],
  summary: 'Upload prompts, lines to make prompts of, or a trace',
  description:
    'Every line is checked, and faults name theirs (`line:3/prompt`). The id follows from the content, so that uploading the same again gives the dataset that is there (200), and no Idempotency-Key is needed.',
  request: { query: datasetQuerySchema, body: { required: true, content: datasetContent } },
  responses: {
    200: { description: 'This content was there already', content: jsonContent(datasetSchema) },
    201: { description: 'The dataset', content: jsonContent(datasetSchema) },
  },
});

/** What a text is where the query does not say. */
const kindOf: Record<string, DatasetKind> = { 'text/plain': 'lines', 'text/csv': 'trace' };
const checkLines = { prompts: checkPromptLines, lines: checkTextLines, trace: checkTraceLines } as const;

export const createDatasetEndpoint = defineEndpoint({
  route,
  scope: 'runs:write',
  handle: async (c, { deps }) => {
    const { type, text } = c.get('textBody');
    const { kind = kindOf[type] ?? 'prompts', name = null } = c.req.valid('query');
    refuse('INVALID_REQUEST', checkLines[kind](text));
    const { dataset, created } = await createDataset(deps, c.get('principal'), { kind, name, text });
    c.header('Location', `/v1/datasets/${dataset.datasetId}`);
    return c.json(toDatasetView(dataset), created ? 201 : 200);
  },
});
