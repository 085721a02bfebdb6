import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { archiveRun } from '../../../../functions/finalizer/archive-run.ts';
import { finalizeRun } from '../../../../functions/finalizer/finalize-run.ts';
import { listMeasuredIndices, planRun } from '../../../../shared/plan/plan-run.ts';
import { buildBatch } from '../../../../shared/records/manifest.ts';
import { makeOk } from '../../../support/factories/sample-factory.ts';
import { type ApiBench, openApiBench } from '../../../support/service/api-bench.ts';

const target = { id: 'a', baseUrl: 'https://api.example.com/v1', model: 'm' };
const load = {
  mode: 'concurrency',
  stages: [
    { concurrency: 4, requests: 11 },
    { concurrency: 6, requests: 14 },
  ],
  warmupRequests: 2,
};

let bench: ApiBench;
beforeAll(async () => {
  // Samples expire as soon as they are archived, and a stage has several batches.
  bench = await openApiBench({ SAMPLE_RETENTION_DAYS: '0', MAX_STREAMS_PER_WORKER: '2' });
});
afterAll(() => bench.close());

/** Stores a finished run whose last requests were not sent. */
async function storeRun(ttftMs: number): Promise<string> {
  const { deps } = bench;
  const { runId } = (await bench.ask('POST', '/v1/runs', { body: { targets: [target], load, seed: 1 } })).json;
  const run = await deps.runs.get(runId);
  if (run === null) throw new Error('The run was not stored');
  for (const { stageIndex, batches } of planRun(run.spec, run))
    for (const plan of batches) {
      const { batchIndex } = plan;
      const samples = listMeasuredIndices(plan)
        .slice(0, -1)
        .map((requestIndex) =>
          makeOk({ startMs: requestIndex, ttftMs: ttftMs + requestIndex, e2eMs: 900 }, { requestIndex, batchIndex }),
        );
      await deps.blocks.put({ runId, stageIndex, batchIndex, attempt: 1, sequence: 0 }, samples, []);
      const batch = buildBatch({ runId, stageIndex, batchIndex, queuedAtMs: 1 });
      await deps.batches.create({ ...batch, status: 'done', blocks: { '1': 1 }, notSentReason: 'run_canceled' });
    }
  await deps.runs.update(runId, {}, { status: 'finalizing', startedAtMs: 1 });
  await finalizeRun(deps, { kind: 'finalize', runId });
  return runId;
}

async function readPages(runId: string, format: string): Promise<string[]> {
  const pages: string[] = [];
  for (let path: string | undefined = `/v1/runs/${runId}/samples.${format}?limit=4`; path !== undefined; ) {
    const { text, headers } = await bench.ask('GET', path);
    pages.push(text);
    path = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
  }
  return pages;
}

describe('a run whose samples have expired', () => {
  test('has the same samples, exports, comparisons, and report', async () => {
    const [runId, other] = [await storeRun(100), await storeRun(150)];
    const get = async (path: string) => {
      const { status, json } = await bench.ask('GET', path);
      expect([path, status]).toEqual([path, 200]);
      return json;
    };
    const read = async () => ({
      ndjson: await readPages(runId, 'ndjson'),
      csv: await readPages(runId, 'csv'),
      export: await get(`/v1/runs/${runId}/report/llmperf-individual-responses.json?stageIndex=1`),
      comparison: await get(`/v1/compare?runs=${runId},${other}`),
      report: await get(`/v1/runs/${runId}/report`),
    });
    const before = await read();
    const { blocks } = bench.deps;
    const { readColumns } = blocks;
    for (const each of [runId, other]) await archiveRun(bench.deps, { kind: 'archive', runId: each });
    blocks.readColumns = () => {
      throw new Error('The samples have expired');
    };
    try {
      expect(await read()).toEqual(before);
    } finally {
      blocks.readColumns = readColumns;
    }
    expect(before.ndjson.join('').split('\n')).toHaveLength(25 + 4 + 1);
  });

  test('has an archive with the address and the digest of each file', async () => {
    const runId = await storeRun(100);
    const path = `/v1/runs/${runId}/archive`;
    expect(await bench.ask('GET', path)).toMatchObject({ status: 409, json: { code: 'CONFLICT' } });
    await archiveRun(bench.deps, { kind: 'archive', runId });
    const { status, json } = await bench.ask('GET', path);
    expect(status).toBe(200);
    expect(json.samplesExpireAt).toBe(json.archivedAt);
    expect(json.files.map((file: { path: string; rows: number }) => [file.path, file.rows])).toEqual([
      ['samples/stage-0000.parquet', 13],
      ['events/stage-0000.parquet', 0],
      ['samples/stage-0001.parquet', 16],
      ['events/stage-0001.parquet', 0],
    ]);
    expect(json.files[0].url).toContain(`/runs/${runId}/samples/stage-0000.parquet`);
    expect(await bench.ask('GET', path, { key: await bench.foreignKey() })).toMatchObject({ status: 404 });
  });
});
