import { defineJsonAnswer } from '../http/answers.ts';
import { defineFormBody } from '../http/body/define-file-body.ts';
import { answerOnce } from '../http/create-once.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { createHeadersSchema } from '../http/schemas.ts';
import { runSchema } from '../runs/schemas.ts';
import { showRun } from '../runs/show-run.ts';
import { importRun } from './import-run.ts';
import { importBodySchema, importFormSchema, readImport } from './read-import.ts';

export const importEndpoints = [
  defineEndpoint({
    operationId: 'createImport',
    method: 'post',
    path: '/v1/imports',
    tag: 'Results',
    scope: 'runs:write',
    summary: 'Import LLMPerf results',
    description:
      'Imports summaries, individual responses or both, from one or more LLMPerf load tests. Creates a completed run with a report and samples, which can be compared with other runs. Accepts JSON or a form: `curl -F files=@a_summary.json -F files=@a_individual_responses.json`. Values that LLMPerf does not record are null. The default body limit of 4 MB holds about 10,000 requests.',
    headers: createHeadersSchema,
    body: defineFormBody(importBodySchema, importFormSchema),
    errors: ['QUOTA_EXCEEDED'],
    answers: { 201: defineJsonAnswer('The imported run', runSchema) },
    handle: (call) => {
      const input = readImport(call.body);
      return answerOnce({ ...call, body: input }, { kind: 'run', status: 201 }, async ({ resourceId }) => ({
        path: `/v1/runs/${resourceId}`,
        body: await showRun(call.deps, await importRun(call, input, resourceId)),
      }));
    },
  }),
];
