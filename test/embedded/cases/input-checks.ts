import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { z } from 'zod';
import { reportSchema } from '../../../shared/report/model/report.ts';
import { datasetReadingSchema } from '../../../shared/workload/datasets/reading.ts';
import type { CaseCheck, CaseRun, CaseTools } from './case-check.ts';

const datasetSchema = z.object({ datasetId: z.string(), entries: z.number(), reading: datasetReadingSchema });

/** Uploads a file of the case. Throws if the service refuses it. */
async function upload({ service, folder }: CaseTools, name: string, type: string, query: string) {
  const response = await fetch(`${service.url}/v1/datasets${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${service.apiKey}`, 'content-type': type },
    body: await readFile(join(folder, name), 'utf8'),
  });
  expect(response.status, name).toBe(201);
  return datasetSchema.parse(await response.json());
}

/** Returns the spec of the case with the id of the uploaded dataset. */
function withDataset({ spec }: CaseTools, datasetId: string): Record<string, unknown> {
  return { ...spec, workload: { ...z.record(z.string(), z.unknown()).parse(spec['workload']), datasetId } };
}

function expectRequests({ samples }: CaseRun, dueMs: readonly number[], inputTokens: readonly number[]): void {
  const due = samples.map((sample) => sample.dueMs ?? Number.NaN);
  const first = Math.min(...due);
  expect(due.map((each) => Math.round(each - first))).toEqual(dueMs);
  expect(samples.map((sample) => sample.inputTokens)).toEqual(inputTokens);
}

/** Checks of the cases about files that users upload, by number. */
export const inputChecks: Readonly<Record<string, CaseCheck>> = {
  '64': async (tools) => {
    const { datasetId, entries, reading } = await upload(tools, 'trace.jsonl', 'application/jsonl', '?kind=trace');
    expect(entries).toBe(3);
    expect(reading).toMatchObject({ format: 'qwen-bailian', timeUnit: 's', spanMs: 3_886, blockTokens: 16 });
    const result = await tools.run(withDataset(tools, datasetId));
    expectRequests(result, [0, 1_386, 3_886], [521, 676, 300]);
    expect(result.report.run.workload).toMatchObject({ timeUnit: 's', spanMs: 3_886, blockTokens: 16 });
  },
  '65': async (tools) => {
    const { datasetId, entries, reading } = await upload(tools, 'trace.csv', 'text/csv', '?kind=trace');
    expect(entries).toBe(3);
    expect(reading).toMatchObject({ format: 'burstgpt', timeUnit: 's', spanMs: 113_000 });
    expect(reading.omitted).toEqual([{ reason: '0 output tokens (Response tokens)', entries: 1 }]);
    expectRequests(await tools.run(withDataset(tools, datasetId)), [0, 400, 1_130], [472, 1_087, 417]);
  },
  '90': async (tools) => {
    for (const [name, type, ignoredColumns] of [
      ['sharegpt.json', 'application/json', ['id']],
      ['batch.jsonl', 'application/jsonl', ['body/model']],
      ['columns.jsonl', 'application/jsonl', ['id', 'category', 'output_tokens_count']],
    ] as const) {
      const { entries, reading } = await upload(tools, name, type, '?kind=prompts');
      expect(entries, name).toBe(2);
      expect(reading.ignoredColumns, name).toEqual(ignoredColumns);
    }
  },
  '91': async ({ service, folder }) => {
    const records: unknown = JSON.parse(await readFile(join(folder, 'individual_responses.json'), 'utf8'));
    const body = { results: [{ individualResponses: records }] };
    const { runId } = z.looseObject({ runId: z.string() }).parse(await service.call('POST', '/v1/imports', body));
    const { stages } = reportSchema.parse(await service.call('GET', `/v1/runs/${runId}/report`));
    expect(stages[0]?.requests.ttftMs.p50).toBeCloseTo(164.5, 6);
    expect(stages[0]?.requests.e2eLatencyMs.p50).toBeCloseTo(1_345, 6);
    expect(stages[0]?.warnings.join('\n')).toContain('client_ttft_s');
  },
};
