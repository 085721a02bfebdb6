import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { maxPayloadBodyBytes } from '../../../../shared/lambda-limits.ts';
import { planRun } from '../../../../shared/plan/plan-run.ts';
import { buildBatch } from '../../../../shared/records/manifest.ts';
import { readStageSamples } from '../../../../shared/runs/read-stage-columns.ts';
import { makeFailure } from '../../../support/factories/sample-factory.ts';
import { type ApiBench, openApiBench } from '../../../support/service/api-bench.ts';

const blockCount = 60;
const blockSamples = 100;
const requests = blockCount * blockSamples;
const messageBytes = 600;

let bench: ApiBench;
let readBlocks = 0;
beforeAll(async () => {
  bench = await openApiBench();
  const { blocks } = bench.deps;
  const { readColumns } = blocks;
  blocks.readColumns = async function* (...query) {
    for await (const block of readColumns(...query)) {
      readBlocks += 1;
      yield block;
    }
  };
});
afterAll(() => bench.close());

/** Stores a finished run of one batch. One request of each block ended late, and is in the last block instead. */
async function storeRun(missingBlock: number | null = null): Promise<string> {
  const { deps } = bench;
  const target = { id: 'a', baseUrl: 'https://api.example.com/v1', model: 'm' };
  const load = { mode: 'concurrency', stages: [{ concurrency: 4, requests }], warmupRequests: 3 };
  const { runId } = (await bench.ask('POST', '/v1/runs', { body: { targets: [target], load, seed: 1 } })).json;
  const message = () => randomBytes(messageBytes / 2).toString('hex');
  const perBlock = Array.from({ length: blockCount }, (_, block) =>
    Array.from({ length: blockSamples }, (_, nth) => block * blockSamples + nth).filter((index) => index % 997 !== 5),
  );
  perBlock.at(-1)?.push(...Array.from({ length: 7 }, (_, nth) => 5 + nth * 997).filter((index) => index < requests));
  for (const [nth, indices] of perBlock.entries()) {
    if (nth === missingBlock) continue;
    const attempt = nth < blockCount / 2 ? 1 : 2;
    const sequence = nth % (blockCount / 2);
    const samples = indices.map((requestIndex) =>
      makeFailure(requestIndex, 50, {
        requestIndex,
        batchIndex: 0,
        attempt,
        error: { code: null, message: message() },
      }),
    );
    await deps.blocks.put({ runId, stageIndex: 0, batchIndex: 0, attempt, sequence }, samples, []);
  }
  const counts = { '1': blockCount / 2, '2': blockCount / 2 };
  const batch = buildBatch({ runId, stageIndex: 0, batchIndex: 0, queuedAtMs: 1 });
  await deps.batches.create({ ...batch, status: 'done', blocks: counts, notSentReason: 'run_canceled' });
  await deps.runs.update(runId, {}, { status: 'completed', endedAtMs: 1 });
  return runId;
}

/** Reads the samples of all pages, and the size of each page in bytes. */
async function readPages(runId: string, query: string) {
  const samples: { requestIndex: number; outcome: string; notSentReason: string | null }[] = [];
  const pageBytes: number[] = [];
  for (let path: string | undefined = `/v1/runs/${runId}/samples.ndjson?${query}`; path !== undefined; ) {
    const { text, headers, status } = await bench.ask('GET', path);
    if (status !== 200) throw new Error(text);
    pageBytes.push(Buffer.byteLength(text));
    samples.push(...text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)])));
    path = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
  }
  return { samples, pageBytes };
}

async function readOracle(runId: string) {
  const run = await bench.deps.runs.get(runId);
  const [stage] = run === null ? [] : planRun(run.spec, run);
  if (run === null || stage === undefined) throw new Error('The run was not stored');
  const all = [];
  for await (const samples of readStageSamples(bench.deps, run, stage)) all.push(...samples);
  return all.map(({ requestIndex, outcome, notSentReason }) => ({ requestIndex, outcome, notSentReason }));
}

describe('a batch of many blocks', () => {
  test('is listed once and in order, in pages that AWS can send, for any limit', async () => {
    const runId = await storeRun();
    const { samples, pageBytes } = await readPages(runId, 'limit=10000');
    expect(samples).toHaveLength(requests + 3);
    expect(samples).toMatchObject(await readOracle(runId));
    expect(pageBytes.length).toBeGreaterThan(1);
    expect(Math.max(...pageBytes)).toBeLessThanOrEqual(maxPayloadBodyBytes);
  });

  test('is read only where the page needs it', async () => {
    const runId = await storeRun();
    const path = `/v1/runs/${runId}/samples.ndjson?limit=100`;
    await bench.ask('GET', path);
    readBlocks = 0;
    const { text } = await bench.ask('GET', `${path}&cursor=${btoa('[0,0,3250]')}`);
    expect(text.split('\n')).toHaveLength(101);
    // Two blocks have the rows of the page, one more has its next row or a late request.
    expect(readBlocks).toBeLessThanOrEqual(4);
  });

  test('is located over several requests if one takes too long', async () => {
    const runId = await storeRun();
    const { clock } = bench.deps;
    const { monotonicMs } = clock;
    // Each look at the clock finds that a minute has passed.
    let minutes = 0;
    clock.monotonicMs = () => 60_000 * minutes++;
    const path = `/v1/runs/${runId}/samples.ndjson?limit=10`;
    const refused = await bench.ask('GET', path);
    clock.monotonicMs = monotonicMs;
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect((await bench.ask('GET', path)).text.split('\n')).toHaveLength(11);
  });

  test('is complete except for a block that is missing', async () => {
    const runId = await storeRun(10);
    const { samples } = await readPages(runId, 'limit=1000');
    expect(samples).toMatchObject(await readOracle(runId));
    expect(samples.filter(({ notSentReason }) => notSentReason === 'block_damaged').length).toBeGreaterThan(90);
  });
});
