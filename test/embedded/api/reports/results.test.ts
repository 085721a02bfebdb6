import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { finalizeRun } from '../../../../functions/finalizer/finalize-run.ts';
import { planRun } from '../../../../shared/plan/plan.ts';
import { type ApiBench, openApiBench } from '../../../support/api-bench.ts';
import { makeFailure, makeOk } from '../../../support/sample-factory.ts';

let bench: ApiBench;
let runId: string;
const requests = 40;

const csvHeader = [
  'stageIndex,targetId,levelIndex,requestIndex,warmup,batchIndex,attempt,outcome,notSentReason,originWallMs',
  'dueMs,startMs,sentMs,headersMs,firstReadMs,firstOutputMs,firstAnswerMs,lastOutputMs,endMs',
  'connection.reused,connection.dnsMs,connection.connectMs,connection.tlsMs,httpStatus,retryAfterMs',
  'error.code,error.message,finishReason,requestedOutputTokens,inputTokens,outputTokens',
  'usage.inputTokens,usage.outputTokens,usage.cachedTokens,usage.reasoningTokens',
  'checksum,checksumAnyOk,linesFromInput,outputEvents,reads,bytes',
  'requestedInputTokens,conversationIndex,turn,expectedNumber,answerNumber',
];

/** A run of two targets that has ended: of each, all but the last five requests were measured, every fourth a failure. */
beforeAll(async () => {
  bench = await openApiBench({ MAX_STREAMS_PER_WORKER: '3' });
  const body = {
    targets: ['a', 'b'].map((id) => ({ id, baseUrl: 'https://api.example.com/v1', model: 'm' })),
    load: { mode: 'concurrency', stages: [{ concurrency: 6, requests }], warmupRequests: 2 },
    seed: 1,
  };
  const { deps } = bench;
  runId = (await bench.ask('POST', '/v1/runs', { body })).json.runId;
  const run = await deps.runs.get(runId);
  if (run === null) throw new Error('The run was not stored');
  for (const stage of planRun(run.spec, run))
    for (const { batchIndex, first, count } of stage.batches) {
      const samples = Array.from({ length: count }, (_, k) => first + k)
        .filter((index) => index < requests - 5)
        .map((index) =>
          index % 4 === 3
            ? makeFailure(index * 100, 50, {
                requestIndex: index,
                batchIndex,
                error: { code: null, message: '=cmd|calc, "quoted"' },
              })
            : makeOk(
                { startMs: index * 100, ttftMs: 300 + index, e2eMs: 2_000 + 10 * index },
                { requestIndex: index, batchIndex },
              ),
        );
      await deps.blocks.put({ runId, stageIndex: stage.stageIndex, batchIndex, attempt: 1, sequence: 0 }, samples, []);
      await deps.batches.create({
        ...{
          runId,
          stageIndex: stage.stageIndex,
          batchIndex,
          status: 'done',
          attempt: 1,
          failures: 0,
          queuedAtMs: 1,
          leaseOwner: null,
        },
        ...{ leaseExpiresAtMs: null, blocks: { '1': 1 }, attempts: [], notSentReason: 'run_canceled', failure: null },
        progress: { issued: count, inFlight: 0, ok: count, failed: 0, canceled: 0, notSent: 0, warmupDone: 0 },
      });
    }
  await deps.runs.update(runId, {}, { status: 'finalizing', groupIndex: 2, stop: 'run_canceled', startedAtMs: 1_000 });
  await finalizeRun(deps, { kind: 'finalize', runId });
});
afterAll(() => bench.close());

describe('the report', () => {
  test('is the JSON that was stored, byte for byte', async () => {
    const answer = await bench.ask('GET', `/v1/runs/${runId}/report`);
    expect(answer.status).toBe(200);
    expect(answer.text).toBe(await bench.deps.reports.get(runId));
  });

  test.each([
    ['?format=text', '*/*'],
    ['', 'text/plain'],
    ['', 'text/html;q=0.9, text/plain, application/json;q=0.5'],
  ])('is a table by format%s or Accept: %s', async (query, accept) => {
    const answer = await bench.ask('GET', `/v1/runs/${runId}/report${query}`, { headers: { accept } });
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(answer.text).toContain('TTFT');
  });

  test('is refused in a form it does not have', async () => {
    expect((await bench.ask('GET', `/v1/runs/${runId}/report`, { headers: { accept: 'image/png' } })).status).toBe(406);
    const unknown = await bench.ask('GET', `/v1/runs/${runId}/report?format=pdf`);
    expect(unknown.json.faults[0]).toMatchObject({
      pointer: '?format',
      remedy: expect.stringMatching('Give one of "json", "text"'),
    });
  });

  test('is not ready while the run is active', async () => {
    const targets = [{ baseUrl: 'https://api.example.com', model: 'm' }];
    const active = (await bench.ask('POST', '/v1/runs', { body: { targets } })).json;
    const answer = await bench.ask('GET', `${active.links.self}/report`);
    expect(answer.json.code).toBe('REPORT_NOT_READY');
    expect(answer.headers.get('retry-after')).toBe('2');
    expect((await bench.ask('GET', `${active.links.self}/samples`)).status).toBe(409);
  });
});

describe('the samples', () => {
  const read = async (query: string) => {
    const lines: { stageIndex: number; batchIndex: number; requestIndex: number; warmup: boolean; outcome: string }[] =
      [];
    let path: string | null = `/v1/runs/${runId}/samples${query}`;
    for (let pages = 0; path !== null && pages < 100; pages++) {
      const answer = await bench.ask('GET', path);
      lines.push(
        ...answer.text
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line)),
      );
      path = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1] ?? null;
    }
    return lines;
  };

  test('hold every planned request once, whatever the size of a page', async () => {
    const whole = await read('');
    expect(whole).toHaveLength(2 * (requests + 2));
    expect(new Set(whole.map(({ stageIndex, requestIndex }) => `${stageIndex}/${requestIndex}`)).size).toBe(
      whole.length,
    );
    expect(whole.filter(({ outcome, warmup }) => outcome === 'not_sent' && !warmup)).toHaveLength(2 * 5);
    for (const limit of [1, 7, 21, 1_000]) expect(await read(`?limit=${limit}`)).toEqual(whole);
  });

  test('are CSV where that is asked for, with text that no spreadsheet runs', async () => {
    const byQuery = await bench.ask('GET', `/v1/runs/${runId}/samples?format=csv`);
    const byAccept = await bench.ask('GET', `/v1/runs/${runId}/samples`, { headers: { accept: 'text/csv' } });
    expect(byAccept.text).toBe(byQuery.text);
    const lines = byQuery.text.trimEnd().split('\r\n');
    expect(lines).toHaveLength(1 + 2 * (requests + 2));
    expect(lines[0]).toBe(csvHeader.join(','));
    expect(lines[1]).toMatch(/^0,[^,]+,0,0,false,0,1,/);
    expect(byQuery.text).toContain(`"'=cmd|calc, ""quoted"""`);
    expect(byQuery.text).not.toMatch(/,"?=/);
  });

  test.each(['garbage', btoa('[9,0,0]'), btoa('[0,99,0]'), btoa('[0,0,-1]'), btoa('{}')])(
    'refuse a cursor that is not one: %s',
    async (cursor) => {
      const answer = await bench.ask('GET', `/v1/runs/${runId}/samples?cursor=${cursor}`);
      expect(answer.status).toBe(400);
      expect(answer.json.faults[0].pointer).toBe('?cursor');
    },
  );
});

describe('the manifest', () => {
  test('is canonical JSON whose SHA-256 the run, the digest and the tag carry', async () => {
    const answer = await bench.ask('GET', `/v1/runs/${runId}/manifest`);
    expect(answer.text).toBe(canonicalize(answer.json));
    const digest = createHash('sha256').update(answer.text).digest();
    expect((await bench.ask('GET', `/v1/runs/${runId}`)).json.manifestSha256).toBe(digest.toString('hex'));
    expect(answer.headers.get('etag')).toBe(`"${digest.toString('hex')}"`);
    expect(answer.headers.get('content-digest')).toBe(`sha-256=:${digest.toString('base64')}:`);
  });
});

describe('an estimate', () => {
  const spec = {
    targets: [
      {
        id: 'a',
        baseUrl: 'https://a.example.com',
        model: 'm',
        pricing: { inputPerMillionTokens: 1, outputPerMillionTokens: 1 },
      },
      {
        id: 'b',
        baseUrl: 'https://b.example.com',
        model: 'm',
        pricing: { inputPerMillionTokens: 0.7, outputPerMillionTokens: 2.8 },
      },
    ],
    workload: {
      kind: 'sonnet',
      inputTokens: { distribution: 'fixed', value: 550 },
      outputTokens: { distribution: 'fixed', value: 150 },
    },
    load: { mode: 'concurrency', stages: [{ concurrency: 5, requests: 1_000 }], warmupRequests: 0 },
  };

  test('comes to the blog’s cost of 1,000 requests of 550 and 150 tokens', async () => {
    const { json } = await bench.ask('POST', '/v1/estimates?e2eLatencyMs=5000', { body: spec });
    expect(json.targets.map(({ costUsd }: { costUsd: number }) => costUsd)).toEqual([
      expect.closeTo(0.7, 9),
      expect.closeTo(0.805, 9),
    ]);
    expect(json.costUsd).toBeCloseTo(1.505, 9);
    expect(json).toMatchObject({
      requests: { measured: 2_000, warmup: 0, total: 2_000 },
      inputTokens: 1_100_000,
      outputTokens: 300_000,
    });
    expect(json.durationMs).toEqual({ min: 2 * 200 * 5_000, max: 2 * 200 * 5_000 });
    expect(json.assumptions[0]).toContain('5000 ms');
  });

  test('gives a range, says what it assumes, and has no cost where there is no price', async () => {
    const { json } = await bench.ask('POST', '/v1/estimates', {
      body: { targets: [{ baseUrl: 'https://a.example.com', model: 'm' }] },
    });
    expect(json.costUsd).toBeNull();
    expect(json.durationMs.min).toBeLessThan(json.durationMs.max);
    expect(json.assumptions.length).toBeGreaterThan(2);
  });

  test('stores nothing, and refuses what a run would refuse', async () => {
    const before = await bench.dump();
    await bench.ask('POST', '/v1/estimates', { body: spec });
    const rates = (text: string) => text.replace(/"(used|count|hits|uses)":\{"N":"\d+"\}/g, '');
    expect(rates(await bench.dump())).toBe(rates(before));
    expect((await bench.ask('POST', '/v1/estimates', { body: { targets: [] } })).status).toBe(422);
  });
});
