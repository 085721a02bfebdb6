import { answerOnce } from '../http/answer-once.ts';
import { jsonAnswer } from '../http/answers.ts';
import { formBody } from '../http/body/form-body.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { createHeadersSchema } from '../http/schemas.ts';
import { runSchema } from '../runs/schemas.ts';
import { showRun } from '../runs/show-run.ts';
import { importRun } from './import-run.ts';
import { readImport } from './read-import.ts';
import { importBodySchema, importFormSchema } from './schemas.ts';

export const importEndpoints = [
  defineEndpoint({
    operationId: 'createImport',
    method: 'post',
    path: '/v1/imports',
    tag: 'Results',
    scope: 'runs:write',
    summary: 'Import result files of LLMPerf',
    description:
      'Summaries, individual responses, or both, of one or more runs of its load test; the answer is a run that has completed, with a report, samples and a place in comparisons. As JSON, or as a form: `curl -F files=@a_summary.json -F files=@a_individual_responses.json`. What LLMPerf does not record is null. A body within the size limit (4 MB unless the deployment says otherwise) holds some 10,000 requests as LLMPerf writes them.',
    headers: createHeadersSchema,
    body: formBody(importBodySchema, importFormSchema),
    answers: { 201: jsonAnswer('The run', runSchema) },
    handle: (call) => {
      const { deps, tenantId } = call;
      const input = readImport(call.body);
      return answerOnce({ ...call, body: input }, { kind: 'run', status: 201 }, async ({ resourceId }) => ({
        path: `/v1/runs/${resourceId}`,
        body: await showRun(deps, await importRun(deps, tenantId, input, resourceId)),
      }));
    },
  }),
];
