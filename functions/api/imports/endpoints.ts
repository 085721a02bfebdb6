import { defineJsonAnswer } from '../http/answers.ts';
import { defineFormBody } from '../http/body/define-file-body.ts';
import { defineJsonBody } from '../http/body/define-json-body.ts';
import { answerOnce } from '../http/create-once.ts';
import { type Call, defineEndpoint } from '../http/define-endpoint.ts';
import { createHeadersSchema } from '../http/schemas.ts';
import { runSchema } from '../runs/schemas.ts';
import { isRunStored, showRun } from '../runs/show-run.ts';
import { importRun } from './import-run.ts';
import type { ImportInput } from './plan-import.ts';
import { importBodySchema, importFormSchema, readFormImport, readJsonImport } from './read-import.ts';

const facts = {
  method: 'post',
  tag: 'Results',
  scope: 'runs:write',
  headers: createHeadersSchema,
  errors: ['QUOTA_EXCEEDED'],
  answers: { 201: defineJsonAnswer('The imported run', runSchema) },
} as const;

export const importEndpoints = [
  defineEndpoint({
    ...facts,
    operationId: 'createImport',
    path: '/v1/imports',
    summary: 'Import LLMPerf results',
    description:
      'Imports summaries, individual responses or both, from one or more LLMPerf load tests. Creates a completed run with a report and samples, which can be compared with other runs. Values that LLMPerf does not record are null. 4 MB are about 10,000 requests.',
    body: defineJsonBody(importBodySchema),
    handle: (call) => answerImport(call, readJsonImport(call.body)),
  }),
  defineEndpoint({
    ...facts,
    operationId: 'importFiles',
    path: '/v1/imports/files',
    summary: 'Import LLMPerf result files',
    description:
      'Imports the files of LLMPerf load tests from a form: `curl -F files=@a_summary.json -F files=@a_individual_responses.json`.',
    body: defineFormBody(importFormSchema),
    handle: (call) => answerImport(call, readFormImport(call.body)),
  }),
];

function answerImport(call: Call, input: ImportInput): Promise<Response> {
  const options = { kind: 'run', status: 201, isStored: (id: string) => isRunStored(call.deps, id) } as const;
  return answerOnce({ ...call, body: input }, options, async ({ resourceId }) => ({
    path: `/v1/runs/${resourceId}`,
    body: await showRun(call.deps, await importRun(call, input, resourceId)),
  }));
}
