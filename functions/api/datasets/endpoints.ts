import { z } from 'zod';
import { idSchema } from '../../../shared/ids/ids.ts';
import { removeWithinQuotas } from '../../../shared/runs/remove-within-quotas.ts';
import { datasetKindSchema, datasetKinds } from '../../../shared/workload/datasets/dataset.ts';
import { datasetFormSchema } from '../../../shared/workload/datasets/forms/registry.ts';
import { datasetReadingSchema } from '../../../shared/workload/datasets/reading.ts';
import { timeUnitSchema } from '../../../shared/workload/datasets/time-unit.ts';
import { buildDigestHeaders, defineJsonAnswer, requireFound, showRecord } from '../http/answers.ts';
import { defineBytesBody } from '../http/body/define-file-body.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { defineDelete, defineReads, defineResource } from '../http/define-resource.ts';
import { instantSchema } from '../http/schemas.ts';
import { createDataset } from './create-dataset.ts';
import { columnsSchema, parseColumns } from './parse-columns.ts';

const kind = datasetKindSchema.describe(
  Object.entries(datasetKinds)
    .map(([name, { description }]) => `${name}: ${description}`)
    .join('. '),
);

const datasetQuerySchema = z.strictObject({
  kind: kind.optional().describe('Default: lines for text/plain, otherwise detected'),
  format: datasetFormSchema.optional().describe('Format of the entries. Default: detected'),
  timeUnit: timeUnitSchema.optional().describe('Unit of the timestamps. Default: that of the format'),
  columns: columnsSchema,
  name: z.string().min(1).max(200).optional().describe('Name of the dataset'),
});

const mediaTypes = [
  'application/jsonl',
  'application/x-ndjson',
  'application/json',
  'text/plain',
  'text/csv',
  'text/tab-separated-values',
  'application/vnd.apache.parquet',
];

const fileSchema = z
  .string()
  .meta({ format: 'binary' })
  .describe(
    `JSON Lines, a JSON list, CSV or plain lines in UTF-8, or Parquet. Our own lines are {"prompt": "…"} or {"messages": [{"role": "user", "content": "…"}]}, optionally with maxOutputTokens, and {"atMs": 0, "inputTokens": 550, "outputTokens": 150} for a trace. The Content-Type may also be ${mediaTypes.join(', ')}`,
  );

const datasetSchema = z
  .object({
    datasetId: idSchema('dataset').describe('Id of the dataset, derived from its content'),
    name: z.string().nullable(),
    kind,
    contentSha256: z.string().describe('SHA-256 of the stored text, in hex'),
    bytes: z.int().min(0),
    entries: z.int().min(1).describe('Number of prompts, lines (long ones are split), or requests'),
    reading: datasetReadingSchema.nullable().describe('Null for lines of text'),
    createdAt: instantSchema,
  })
  .meta({ id: 'Dataset', description: 'An uploaded text that provides prompts, lines or a trace for workloads' });

const datasets = defineResource({
  kind: 'dataset',
  quota: 'datasets',
  path: '/v1/datasets',
  tag: 'Datasets',
  scopes: { read: 'runs:read', write: 'runs:write' },
  schema: datasetSchema,
  store: (deps) => deps.datasets,
  show: (record) =>
    showRecord(datasetSchema, { ...record, contentSha256: record.sha256, reading: record.reading ?? null }),
});
const { path, tag, scopes } = datasets;

export const datasetEndpoints = [
  defineEndpoint({
    operationId: 'createDataset',
    method: 'post',
    path,
    tag,
    scope: scopes.write,
    summary: 'Upload a dataset',
    description:
      'Uploads prompts, lines of text or a trace. The API checks every entry, and stores entries of other formats in our own. Fault pointers start with the line number (`line:3/prompt`). The id is derived from the content, so a repeated upload returns the existing dataset (200) and needs no `Idempotency-Key`.',
    query: datasetQuerySchema,
    body: defineBytesBody({ 'application/octet-stream': { schema: fileSchema } }, mediaTypes),
    errors: ['QUOTA_EXCEEDED'],
    answers: {
      200: defineJsonAnswer('The existing dataset with this content', datasetSchema),
      201: defineJsonAnswer('The new dataset', datasetSchema),
    },
    handle: async (call) => {
      const { kind = null, name = null, columns, ...options } = call.query;
      const stated = { kind, name, ...options, columns: parseColumns(columns) };
      const { dataset, created } = await createDataset(call, call.body, stated);
      call.c.header('Location', `${path}/${dataset.datasetId}`);
      return call.c.json(datasets.show(dataset), created ? 201 : 200);
    },
  }),
  ...defineReads(datasets),
  defineEndpoint({
    operationId: 'getDatasetContent',
    isTagged: true,
    isLarge: true,
    method: 'get',
    path: '/v1/datasets/{datasetId}/content',
    tag,
    scope: scopes.read,
    summary: 'Download a dataset',
    description:
      'Returns the stored text: the uploaded bytes, or entries of another format in our own. `Content-Digest` (RFC 9530) and `ETag` contain their SHA-256.',
    answers: { 200: { description: 'The stored text', content: { 'text/plain': { schema: z.string() } } } },
    handle: async ({ c, deps, tenantId, params: { datasetId } }) => {
      const { sha256 } = requireFound(await deps.datasets.get(tenantId, datasetId), 'dataset', datasetId);
      const text = requireFound(await deps.datasets.getText(tenantId, datasetId), 'dataset', datasetId);
      return c.body(text, 200, { 'Content-Type': 'text/plain; charset=utf-8', ...buildDigestHeaders(sha256) });
    },
  }),
  defineDelete(datasets, {
    remove: async ({ deps, tenantId, id }) => {
      const dataset = await deps.datasets.get(tenantId, id);
      if (dataset === null) return false;
      const amounts = { datasets: 1, datasetBytes: dataset.bytes };
      return removeWithinQuotas(deps, tenantId, amounts, () => deps.datasets.remove(tenantId, id));
    },
    description:
      'Takes effect immediately. Batches of active runs that have not loaded the dataset end with the reason `dataset_missing`. To rerun a run that used it, upload the same content again.',
  }),
];
