import { createRoute } from '@hono/zod-openapi';
import { answerOnce } from '../http/answer-once.ts';
import { createHeadersSchema } from '../http/common-schemas.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { jsonContent } from '../http/json-content.ts';
import { getRunProgress } from '../runs/get-run-progress.ts';
import { runSchema, toRunView } from '../runs/schemas.ts';
import { importRun } from './import-run.ts';
import { readImport } from './read-import.ts';
import { importBodySchema, importFormSchema } from './schemas.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/imports',
  operationId: 'createImport',
  tags: ['Results'],
  summary: 'Import result files of LLMPerf',
  description:
    'Summaries, individual responses, or both, of one or more runs of its load test; the answer is a run that has completed, with a report, samples and a place in comparisons. As JSON, or as a form: `curl -F files=@a_summary.json -F files=@a_individual_responses.json`. What LLMPerf does not record is null. A body within the size limit (4 MB unless the deployment says otherwise) holds some 10,000 requests as LLMPerf writes them.',
  request: {
    headers: createHeadersSchema,
    body: {
      required: true,
      content: { ...jsonContent(importBodySchema), 'multipart/form-data': { schema: importFormSchema } },
    },
  },
  responses: { 201: { description: 'The run', content: jsonContent(runSchema) } },
});

export const createImportEndpoint = defineEndpoint({
  route,
  scope: 'runs:write',
  errors: ['CONFLICT', 'IDEMPOTENCY_CONFLICT'],
  handle: async (c, { deps }) => {
    const input = readImport(c.get('formBody'));
    return answerOnce(c, deps, { kind: 'run', body: input, status: 201 }, async ({ resourceId }) => {
      const run = await importRun(deps, c.get('principal'), input, resourceId);
      return { path: `/v1/runs/${run.runId}`, body: toRunView(run, await getRunProgress(deps, run)) };
    });
  },
});
