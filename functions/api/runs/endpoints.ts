import { z } from 'zod';
import { manifestSchema } from '../../../shared/records/manifest.ts';
import { createRun } from '../../../shared/runs/create-run.ts';
import { answerPage, answerTagged, buildDigestHeaders, defineJsonAnswer } from '../http/answers.ts';
import { authorize } from '../http/auth/admit-request.ts';
import { auditDeletion } from '../http/auth/audit-request.ts';
import { defineJsonBody } from '../http/body/define-json-body.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { changeHeadersSchema, createAndWaitHeadersSchema, waitHeadersSchema } from '../http/schemas.ts';
import { bulkDeletionBodySchema, bulkDeletionSchema, deleteRuns } from './bulk-delete.ts';
import { cancelRun, deleteRun } from './delete-run.ts';
import { streamRunEvents } from './events/stream-events.ts';
import { getManifest, getRun } from './get-run.ts';
import { rerunRun } from './rerun-run.ts';
import { buildRunFilter, runQuerySchema } from './run-filter.ts';
import {
  rerunBodySchema,
  runChangeSchema,
  runEventSchema,
  runPageSchema,
  runSchema,
  runSpecBodySchema,
} from './schemas.ts';
import { answerRun, showAwaitedRun, showRun, showRunSummary } from './show-run.ts';
import { updateRun } from './update-run.ts';

const eventHeadersSchema = z.object({
  'last-event-id': z
    .string()
    .max(100)
    .optional()
    .describe('Id of the last event that the reader has. Default: start with the present state'),
});

const read = { method: 'get', tag: 'Runs', scope: 'runs:read' } as const;
const write = { method: 'post', tag: 'Runs', scope: 'runs:write' } as const;

export const runEndpoints = [
  defineEndpoint({
    ...write,
    operationId: 'createRun',
    path: '/v1/runs',
    summary: 'Create a run',
    description:
      'Validates the spec, then stores and starts the run. An invalid spec returns all its faults, with two exceptions. The API checks the fields of a `mode`, `kind`, `distribution` or `protocol` after its value is valid. It checks addresses, ids and deployment limits after every field matches its schema.',
    errors: ['QUOTA_EXCEEDED'],
    headers: createAndWaitHeadersSchema,
    body: defineJsonBody(runSpecBodySchema, { faultCode: 'INVALID_SPEC' }),
    answers: {
      200: defineJsonAnswer('The finished run (with `Prefer: wait`)', runSchema),
      202: defineJsonAnswer('The stored run, which continues in the background', runSchema),
    },
    handle: (call) => {
      if (call.body.priority === 'high') authorize(call.principal, 'runs:prioritize');
      return answerRun(call, (runId) => createRun(call.deps, call.principal, call.body, runId));
    },
  }),
  defineEndpoint({
    ...read,
    operationId: 'listRuns',
    effort: 'long',
    isLarge: true,
    isTagged: true,
    path: '/v1/runs',
    summary: 'List runs',
    description:
      'Returns the runs that meet all given conditions. A page with conditions examines up to 500 runs, so it can have fewer runs than `limit`, or none, although `cursor` is not null. Read on until it is null.',
    query: runQuerySchema,
    answers: { 200: defineJsonAnswer('A page of runs', runPageSchema) },
    handle: async ({ c, deps: { runs }, tenantId, query: { limit, cursor = null, sort, ...conditions } }) => {
      const filter = buildRunFilter(conditions, (name) => `?${name}`);
      const page = await runs.list(tenantId, { limit, cursor, filter, isOldestFirst: sort === 'oldest' });
      return answerPage(c, page, showRunSummary);
    },
  }),
  defineEndpoint({
    ...write,
    operationId: 'deleteRuns',
    effort: 'long',
    path: '/v1/runs/bulk-delete',
    summary: 'Delete several runs',
    description:
      'Deletes finished runs by id, or those that match a filter, up to 100 runs and 10 seconds per request. Active and pinned runs stay. To delete all matching runs, send the request again with `cursor` until it is null.',
    body: defineJsonBody(bulkDeletionBodySchema),
    answers: { 200: defineJsonAnswer('What was deleted, and what was not', bulkDeletionSchema) },
    handle: async (call) => {
      const onDeleted = (runId: string) => auditDeletion(call, 'deleteRuns', runId);
      return call.c.json(await deleteRuns(call, call.body, onDeleted), 200);
    },
  }),
  defineEndpoint({
    ...read,
    operationId: 'getRun',
    isTagged: true,
    path: '/v1/runs/{runId}',
    summary: 'Get a run',
    description: 'Returns the status, spec and live progress of a run.',
    headers: waitHeadersSchema,
    answers: { 200: defineJsonAnswer('The current state of the run', runSchema) },
    handle: async (call) => {
      const run = await getRun(call, call.params.runId);
      return answerTagged(call.c, await showAwaitedRun(call, run));
    },
  }),
  defineEndpoint({
    ...read,
    operationId: 'streamRunEvents',
    path: '/v1/runs/{runId}/events',
    summary: 'Stream the events of a run',
    description:
      'Server-sent events (`text/event-stream`): `status` when the status changes, `progress` at most once a second, and `end` last. `data` of each event is JSON with the schema `RunEvent`. After a disconnection, send the id of the last event in `Last-Event-ID`. On AWS, each response ends with the first new events; reconnect after `retry` milliseconds.',
    errors: ['RATE_LIMITED'],
    headers: eventHeadersSchema,
    answers: {
      200: { description: 'The events', content: { 'text/event-stream': { schema: runEventSchema } } },
      204: { description: 'The run is finished, and the reader has its last event' },
    },
    handle: (call) => streamRunEvents({ ...call, runId: call.params.runId }),
  }),
  defineEndpoint({
    ...write,
    operationId: 'updateRun',
    method: 'patch',
    path: '/v1/runs/{runId}',
    summary: 'Rename, label or pin a run',
    description:
      'Changes the name, the metadata or the pin, also of an active run. Omitted fields keep their values. The spec, the manifest and the report keep the name and the metadata with which the run was created.',
    errors: ['CONFLICT', 'PRECONDITION_FAILED'],
    headers: changeHeadersSchema,
    body: defineJsonBody(runChangeSchema),
    answers: { 200: defineJsonAnswer('The changed run', runSchema) },
    handle: async (call) => answerTagged(call.c, await showRun(call.deps, await updateRun(call))),
  }),
  defineEndpoint({
    ...write,
    operationId: 'cancelRun',
    path: '/v1/runs/{runId}/cancel',
    summary: 'Cancel a run',
    description:
      'Sends no more requests, aborts open streams and builds a partial report. A repeated call has no effect.',
    errors: ['CONFLICT'],
    headers: waitHeadersSchema,
    answers: { 202: defineJsonAnswer('The run, which is stopping', runSchema) },
    handle: async (call) => {
      const run = await cancelRun(call, call.params.runId);
      return call.c.json(await showAwaitedRun(call, run), 202);
    },
  }),
  defineEndpoint({
    ...write,
    operationId: 'rerunRun',
    path: '/v1/runs/{runId}/rerun',
    summary: 'Rerun a run',
    description:
      'Creates a run with the same spec, seed and plan, so that it sends the same requests. API keys in the spec of the original run are deleted when it finishes; provide them again here.',
    errors: ['QUOTA_EXCEEDED'],
    headers: createAndWaitHeadersSchema,
    body: defineJsonBody(rerunBodySchema, { required: false, faultCode: 'INVALID_SPEC' }),
    answers: {
      200: defineJsonAnswer('The finished new run (with `Prefer: wait`)', runSchema),
      202: defineJsonAnswer('The stored new run, which continues in the background', runSchema),
    },
    handle: (call) => answerRun(call, (newRunId) => rerunRun(call, call.params.runId, call.body, newRunId)),
  }),
  defineEndpoint({
    ...write,
    operationId: 'deleteRun',
    method: 'delete',
    path: '/v1/runs/{runId}',
    summary: 'Delete a run',
    description: 'Deletes a finished run with its samples, report, credentials and webhook endpoints.',
    errors: ['CONFLICT'],
    answers: { 204: { description: 'The run was deleted' } },
    handle: async (call) => {
      await deleteRun(call, call.params.runId);
      return call.c.body(null, 204);
    },
  }),
];

export const manifestEndpoint = defineEndpoint({
  ...read,
  operationId: 'getManifest',
  isTagged: true,
  isLarge: true,
  path: '/v1/runs/{runId}/manifest',
  tag: 'Results',
  summary: 'Get the manifest of a run',
  description:
    'Returns everything that is needed to send the same requests again, as canonical JSON (RFC 8785). Its SHA-256 is in `Content-Digest` (RFC 9530, base64), in `ETag` and in the run (hex).',
  errors: ['CONFLICT'],
  answers: { 200: defineJsonAnswer('The manifest', manifestSchema) },
  handle: async (call) => {
    const { json, sha256 } = await getManifest(call, call.params.runId);
    return call.c.body(json, 200, { 'Content-Type': 'application/json', ...buildDigestHeaders(sha256) });
  },
});
