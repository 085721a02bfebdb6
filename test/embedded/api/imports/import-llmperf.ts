import { expect } from 'vitest';
import { reportSchema } from '../../../../shared/report/model/report.ts';
import { llmperfRecord } from '../../../support/factories/llmperf-record.ts';
import type { ApiBench } from '../../../support/service/api-bench.ts';

export const makeRecord = (changes: Record<string, unknown> = {}) => ({ ...llmperfRecord, ...changes });
export const makeSummary = (changes: Record<string, unknown> = {}) => ({
  version: '2023-08-31',
  model: 'meta-llama/Llama-2-7b-chat-hf',
  num_concurrent_requests: 5,
  results_num_requests_started: 3,
  results_num_completed_requests: 2,
  results_number_errors: 1,
  results_error_code_frequency: '{429.0: 1}',
  ...changes,
});

export async function importResults(bench: ApiBench, results: unknown[]) {
  const answer = await bench.ask('POST', '/v1/imports', { body: { results } });
  expect(answer.status, answer.text).toBe(201);
  return readImport(bench, answer.json.runId);
}

export async function readImport(bench: ApiBench, runId: string) {
  return reportSchema.parse((await bench.ask('GET', `/v1/runs/${runId}/report`)).json);
}

export async function refuseImport(bench: ApiBench, body: unknown) {
  const answer = await bench.ask('POST', '/v1/imports', { body });
  expect(answer.status).toBe(400);
  return answer.json.faults[0];
}

export async function importForm(bench: ApiBench, files: [field: string, name: string, text: string][]) {
  const form = new FormData();
  for (const [field, name, text] of files) form.append(field, new Blob([text]), name);
  const whole = new Response(form);
  const headers = { 'content-type': whole.headers.get('content-type') ?? '' };
  return bench.ask('POST', '/v1/imports/files', { raw: new Uint8Array(await whole.arrayBuffer()), headers });
}
