import { z } from 'zod';
import { refuse } from '../../../shared/errors/refuse.ts';
import type { DatasetRecord } from '../../../shared/records/records.ts';
import { type DatasetKind, datasetKindSchema, datasetKinds } from '../../../shared/workload/datasets/dataset.ts';
import { buildDigestHeaders, jsonAnswer } from '../http/answers.ts';
import { textBody } from '../http/body/text-body.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { defineDelete, defineGet, defineList } from '../http/define-resource.ts';
import { requireFound } from '../http/require-found.ts';
import { showRecord } from '../http/show-record.ts';
import { checkLines } from './check-lines.ts';
import { createDataset } from './create-dataset.ts';
import { datasetContent, datasetQuerySchema, datasetSchema } from './schemas.ts';

const datasets = {
  kind: 'dataset',
  path: '/v1/datasets',
  tag: 'Datasets',
  scopes: { read: 'runs:read', write: 'runs:write' },
  schema: datasetSchema,
  show: (record: DatasetRecord) => showRecord(datasetSchema, { ...record, contentSha256: record.sha256 }),
} as const;

function findDefaultKind(type: string): DatasetKind {
  return datasetKindSchema.options.find((kind) => datasetKinds[kind].mediaType === type) ?? 'prompts';
}

export const datasetEndpoints = [
  defineEndpoint({
    operationId: 'createDataset',
    method: 'post',
    path: datasets.path,
    tag: datasets.tag,
    scope: datasets.scopes.write,
    summary: 'Upload a dataset',
    description:
      'Uploads prompts, lines of text or a trace. The API checks every line; pointers of faults start with the line (`line:3/prompt`). The id follows from the content, so a repeated upload returns the existing dataset (200) and needs no `Idempotency-Key`.',
    query: datasetQuerySchema,
    body: textBody(datasetContent),
    answers: {
      200: jsonAnswer('The existing dataset with this content', datasetSchema),
      201: jsonAnswer('The new dataset', datasetSchema),
    },
    handle: async ({ c, deps, tenantId, query, body: { type, text } }) => {
      const { kind = findDefaultKind(type), name = null } = query;
      refuse('INVALID_REQUEST', checkLines(kind, text));
      const { dataset, created } = await createDataset(deps, tenantId, { kind, name, text });
      c.header('Location', `${datasets.path}/${dataset.datasetId}`);
      return c.json(datasets.show(dataset), created ? 201 : 200);
    },
  }),
  defineList(datasets, {
    operationId: 'listDatasets',
    summary: 'List datasets',
    load: ({ deps, tenantId }, page) => deps.datasets.list(tenantId, page),
  }),
  defineGet(datasets, {
    operationId: 'getDataset',
    summary: 'Get a dataset',
    find: ({ deps, tenantId, id }) => deps.datasets.get(tenantId, id),
  }),
  defineEndpoint({
    operationId: 'getDatasetContent',
    method: 'get',
    path: '/v1/datasets/{datasetId}/content',
    tag: datasets.tag,
    scope: datasets.scopes.read,
    summary: 'Download a dataset',
    description: 'Returns the uploaded bytes unchanged. `Content-Digest` (RFC 9530) and `ETag` contain their SHA-256.',
    answers: { 200: { description: 'The uploaded text', content: { 'text/plain': { schema: z.string() } } } },
    handle: async ({ c, deps, tenantId, params: { datasetId } }) => {
      const { sha256 } = requireFound(await deps.datasets.get(tenantId, datasetId), 'dataset', datasetId);
      const text = requireFound(await deps.datasets.getText(tenantId, datasetId), 'dataset', datasetId);
      return c.body(text, 200, { 'Content-Type': 'text/plain; charset=utf-8', ...buildDigestHeaders(sha256) });
    },
  }),
  defineDelete(datasets, {
    operationId: 'deleteDataset',
    summary: 'Delete a dataset',
    description:
      'Takes effect immediately. Batches of active runs that have not loaded the dataset end with the reason `dataset_missing`. To rerun a run that used it, upload the same content again.',
    remove: ({ deps, tenantId, id }) => deps.datasets.remove(tenantId, id),
  }),
];
