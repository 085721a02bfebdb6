import type { LambdaEvent } from 'hono/aws-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEventHandler } from '../../../../functions/api/answer-event.ts';
import { lambdaLimits } from '../../../../shared/lambda-limits.ts';
import { readReport } from '../../../../shared/report/model/read-report.ts';
import { type HttpGateway, startHttpGateway } from '../../../infra/lambda/http-gateway.ts';
import { type ApiBench, openApiBench } from '../../../support/service/api-bench.ts';
import { storeEndedRun } from '../store-ended-run.ts';

const stages = 400;

let bench: ApiBench;
let gateway: HttpGateway;
let runId: string;
/** Report of many stages, as JSON. */
let json: string;
beforeAll(async () => {
  bench = await openApiBench({ MAX_STREAMS_PER_WORKER: '3', AWS_LAMBDA_FUNCTION_NAME: 'api' });
  const handler = createEventHandler(bench.app);
  gateway = await startHttpGateway({
    invoke: async (event) => ({ kind: 'answer', body: JSON.stringify(await handler(event as LambdaEvent)) }),
  });
  runId = await storeEndedRun(bench);
  const report = readReport((await bench.deps.reports.get(runId)) ?? 'null');
  const [stage] = report.stages;
  if (stage === undefined) throw new Error('The report has no stage');
  json = JSON.stringify({
    ...report,
    stages: Array.from({ length: stages }, (_, index) => ({ ...stage, stageIndex: index })),
  });
  await bench.deps.reports.put(runId, json);
});
afterAll(async () => {
  await gateway.close();
  await bench.close();
});

const get = async (path: string, accepted: string) => {
  const headers = { authorization: `Bearer ${bench.key}`, 'accept-encoding': accepted };
  const response = await fetch(`${gateway.url}/v1/runs/${runId}${path}`, { headers });
  return { status: response.status, text: await response.text() };
};

describe('a report of many stages, through an HTTP API of AWS', () => {
  test('is larger than an answer may be', () => {
    expect(Buffer.byteLength(json)).toBeGreaterThan(lambdaLimits.payloadBytes);
  });

  test('is sent if its compressed form fits', async () => {
    for (const coding of ['br', 'gzip']) {
      const { status, text } = await get('/report', coding);
      expect([coding, status, JSON.parse(text).stages.length]).toEqual([coding, 200, stages]);
    }
  });

  test('is otherwise refused with a remedy, and is not a fault of the service', async () => {
    const { status, text } = await get('/report', 'identity');
    expect(status).toBe(400);
    expect(JSON.parse(text).faults[0].remedy).toContain('Accept-Encoding: br');
  });
});
