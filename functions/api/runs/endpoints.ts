import { manifestSchema } from '../../../shared/records/manifest.ts';
import { createRun } from '../../../shared/runs/create-run.ts';
import { answerPage, buildDigestHeaders, jsonAnswer } from '../http/answers.ts';
import { jsonBody } from '../http/body/json-body.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { createAndWaitHeadersSchema, waitHeadersSchema } from '../http/schemas.ts';
import { answerRun, showAwaitedRun } from './answer-run.ts';
import { cancelRun } from './cancel-run.ts';
import { deleteRun } from './delete-run.ts';
import { getManifest } from './get-manifest.ts';
import { getRun } from './get-run.ts';
import { rerunRun } from './rerun-run.ts';
import { rerunBodySchema, runPageSchema, runQuerySchema, runSchema, runSpecBodySchema } from './schemas.ts';
import { showRunSummary } from './show-run.ts';

const onRuns = { path: '/v1/runs', tag: 'Runs' } as const;
const onRun = { path: '/v1/runs/{runId}', tag: 'Runs' } as const;

export const runEndpoints = [
  defineEndpoint({
    ...onRuns,
    operationId: 'createRun',
    method: 'post',
    scope: 'runs:write',
    summary: 'Create a run',
    description:
      'Checks the spec, stores the run and starts it. Faults of a spec are named together, but for those under a wrong `mode`, `kind`, `distribution` or `protocol`: what may stand there is known once that is right. What hangs together (addresses, ids, the limits of this deployment) is looked at once every field is of its form.',
    errors: ['QUOTA_EXCEEDED'],
    headers: createAndWaitHeadersSchema,
    body: jsonBody(runSpecBodySchema, { faultCode: 'INVALID_SPEC' }),
    answers: {
      200: jsonAnswer('The run has ended (with `Prefer: wait`)', runSchema),
      202: jsonAnswer('The run is stored and goes on by itself', runSchema),
    },
    handle: (call) => answerRun(call, (runId) => createRun(call.deps, call.principal, call.body, runId)),
  }),
  defineEndpoint({
    ...onRuns,
    operationId: 'listRuns',
    method: 'get',
    scope: 'runs:read',
    summary: 'List runs, newest first',
    query: runQuerySchema,
    answers: { 200: jsonAnswer('A page of runs', runPageSchema) },
    handle: async ({ c, deps: { runs }, tenantId, query: { limit, cursor = null, scheduleId } }) => {
      const page = { limit, cursor };
      const found =
        scheduleId === undefined ? runs.list(tenantId, page) : runs.listBySchedule(tenantId, scheduleId, page);
      return answerPage(c, await found, showRunSummary);
    },
  }),
  defineEndpoint({
    ...onRun,
    operationId: 'getRun',
    method: 'get',
    scope: 'runs:read',
    summary: 'A run: its status, spec and live progress',
    headers: waitHeadersSchema,
    answers: { 200: jsonAnswer('The run as it is now', runSchema) },
    handle: async ({ c, deps, tenantId, params: { runId } }) =>
      c.json(await showAwaitedRun(c, deps, await getRun(deps, tenantId, runId)), 200),
  }),
  defineEndpoint({
    operationId: 'cancelRun',
    method: 'post',
    path: '/v1/runs/{runId}/cancel',
    tag: onRun.tag,
    scope: 'runs:write',
    summary: 'Stop a run, with a partial report',
    description: 'Nothing more is sent, and open streams are aborted. Asking twice changes nothing.',
    errors: ['CONFLICT'],
    headers: waitHeadersSchema,
    answers: { 202: jsonAnswer('The run is stopping', runSchema) },
    handle: async ({ c, deps, tenantId, params: { runId } }) =>
      c.json(await showAwaitedRun(c, deps, await cancelRun(deps, tenantId, runId)), 202),
  }),
  defineEndpoint({
    operationId: 'rerunRun',
    method: 'post',
    path: '/v1/runs/{runId}/rerun',
    tag: onRun.tag,
    scope: 'runs:write',
    summary: 'Run the same manifest again',
    description:
      'The same spec, seed and plan: the same requests. Keys that came with the first run are gone once it has ended, and are asked for here.',
    errors: ['QUOTA_EXCEEDED'],
    headers: createAndWaitHeadersSchema,
    body: jsonBody(rerunBodySchema, { required: false, faultCode: 'INVALID_SPEC' }),
    answers: {
      200: jsonAnswer('The new run has ended (with `Prefer: wait`)', runSchema),
      202: jsonAnswer('The new run is stored and goes on by itself', runSchema),
    },
    handle: (call) => {
      const { deps, tenantId, params, body } = call;
      return answerRun(call, (newRunId) => rerunRun(deps, tenantId, params.runId, body, newRunId));
    },
  }),
  defineEndpoint({
    ...onRun,
    operationId: 'deleteRun',
    method: 'delete',
    scope: 'runs:write',
    summary: 'Forget a run that has ended',
    description: 'Its samples, report, credentials and webhook endpoints go with it.',
    errors: ['CONFLICT'],
    answers: { 204: { description: 'It is gone' } },
    handle: async ({ c, deps, tenantId, params: { runId } }) => {
      await deleteRun(deps, tenantId, runId);
      return c.body(null, 204);
    },
  }),
];

export const manifestEndpoint = defineEndpoint({
  operationId: 'getManifest',
  method: 'get',
  path: '/v1/runs/{runId}/manifest',
  tag: 'Results',
  scope: 'runs:read',
  summary: 'What is needed to send the same requests again',
  description:
    'Canonical JSON (RFC 8785): its SHA-256 is the same wherever it is reckoned. `Content-Digest` (RFC 9530) carries it in base64, `ETag` and the run in hex.',
  errors: ['CONFLICT'],
  answers: { 200: jsonAnswer('The manifest', manifestSchema) },
  handle: async ({ c, deps, tenantId, params: { runId } }) => {
    const { json, sha256 } = await getManifest(deps, tenantId, runId);
    return c.body(json, 200, { 'Content-Type': 'application/json', ...buildDigestHeaders(sha256) });
  },
});
