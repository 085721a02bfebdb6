import { createRoute } from '@hono/zod-openapi';
import { getRunProgress } from '../../../shared/usecases/get-run-progress.ts';
import { importRun } from '../../../shared/usecases/import-run.ts';
import { answerOnce } from '../answer-once.ts';
import { defineEndpoint } from '../endpoint.ts';
import { jsonContent } from '../json-content.ts';
import { readImport } from '../read-import.ts';
import { createHeadersSchema } from '../schemas/common-schemas.ts';
import { importBodySchema, importFormSchema } from '../schemas/import-schemas.ts';
import { runSchema, toRunView } from '../schemas/run-schemas.ts';

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
