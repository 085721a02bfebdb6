import type { Endpoint } from '../../../../functions/api/http/define-endpoint.ts';
import { sampleFormats } from '../../../../functions/api/samples/endpoints.ts';
import { planRun } from '../../../../shared/plan/plan-run.ts';
import { buildRun } from '../../../../shared/records/manifest.ts';
import { serializeReport } from '../../../../shared/report/build/serialize-report.ts';
import { comparisonFormats, reportFormats } from '../../../../shared/report/render/registry.ts';
import { makeLargeReport, makeLargeSpec } from '../../../support/factories/make-large-report.ts';
import { makeSpec, wallMs } from '../../../support/factories/sample-factory.ts';
import type { LoopBench } from '../../../support/service/loop-bench.ts';

/* The largest request of each operation, and what the requests read. */

const maxBodyBytes = 4_194_304;
const maxExportedRequests = 20_000;

/** Number of stored runs and schedules of the largest size. */
const listed = 8;

/** A request of an operation. The default method is the operation's, and the default type of a body is JSON. */
export type LargeRequest = { path: string; body?: string; type?: string };

export type Stored = Record<
  'reportRunId' | 'otherRunId' | 'exportRunId' | 'specRunId' | 'datasetId' | 'scheduleId',
  string
>;

/** Makes a spec with prompts of 4 KB each: a thousand, which are almost 4 MB, or fewer. */
function makeLargestInput(count = 1_000): Record<string, unknown> {
  const prompts = Array.from({ length: count }, (_, i) => ({ prompt: `${i} ${'why is the sky blue? '.repeat(195)}` }));
  return {
    targets: [{ id: 'a', baseUrl: 'https://api.example.com/v1', model: 'm' }],
    workload: { kind: 'prompts', prompts, maxOutputTokens: 10 },
    load: { mode: 'concurrency', stages: [{ concurrency: 1, requests: 10 }] },
  };
}

const largestJson = JSON.stringify(makeLargestInput());
/** A stored spec has at most 300 KB. */
const largestStored = makeLargestInput(70);
const schedule = { name: 'large', cron: '0 0 1 1 *', timeZone: 'UTC', spec: largestStored };
const promptLines = `${JSON.stringify({ prompt: 'why is the sky blue? '.repeat(4) })}\n`.repeat(41_000);
const largeText = JSON.stringify({ name: 'x'.repeat(maxBodyBytes - 100) });

type StoringBench = Pick<LoopBench, 'stores' | 'ids' | 'tenantId' | 'ask'>;

/** Stores runs with reports of 800 and 100 stages, finished runs with specs of 300 KB, a dataset of 4 MB, and schedules. */
export async function storeLargest({ stores, ids, tenantId, ask }: StoringBench): Promise<Stored> {
  const create = async (spec: ReturnType<typeof makeSpec>) => {
    const runId = ids.next('run');
    const run = buildRun({ runId, tenantId, spec, maxStreamsPerWorker: 64, createdAtMs: wallMs });
    await stores.runs.create({ ...run, status: 'completed' });
    return runId;
  };
  const report = makeLargeReport();
  const createWithReport = async (spec: ReturnType<typeof makeSpec>) => {
    const runId = await create(spec);
    const stages = report.stages.slice(0, planRun(spec, { maxStreamsPerWorker: 64 }).length);
    await stores.reports.put(runId, serializeReport({ ...report, stages, run: { ...report.run, runId } }));
    return runId;
  };
  const reportRunId = await createWithReport(makeLargeSpec());
  const otherRunId = await createWithReport(makeLargeSpec());
  const exportRunId = await createWithReport(
    makeSpec({ load: { mode: 'concurrency', stages: [{ concurrency: 64, requests: maxExportedRequests }] } }),
  );
  const largest = makeSpec(largestStored);
  let specRunId = '';
  for (let i = 0; i < listed; i++) specRunId = await create(largest);
  const post = async (path: string, body: string, type = 'application/json') => {
    const response = await ask('POST', path, body, { 'content-type': type });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text.slice(0, 500)}`);
    return JSON.parse(text);
  };
  const { datasetId } = await post('/v1/datasets', promptLines, 'application/jsonl');
  let scheduleId = '';
  for (let i = 0; i < listed; i++) ({ scheduleId } = await post('/v1/schedules', JSON.stringify(schedule)));
  return { reportRunId, otherRunId, exportRunId, specRunId, datasetId, scheduleId };
}

/** Lists the largest requests of an operation. */
export function listLargest({ operationId, path, body }: Endpoint, stored: Stored): LargeRequest[] {
  const { reportRunId, otherRunId, exportRunId, specRunId, datasetId, scheduleId } = stored;
  const report = `/v1/runs/${reportRunId}`;
  const special: Record<string, LargeRequest[]> = {
    createRun: [largestJson, JSON.stringify(largestStored)].map((each) => ({ path, body: each })),
    createEstimate: [{ path, body: largestJson }],
    listRuns: ['limit=100', 'limit=100&search=none', 'limit=100&sort=oldest'].map((query) => ({
      path: `${path}?${query}`,
    })),
    deleteRuns: [{ path, body: JSON.stringify({ filter: { source: ['api'] }, dryRun: true }) }],
    createImport: [{ path, body: makeLargestImport() }],
    createDataset: [{ path, body: promptLines, type: 'application/jsonl' }],
    createSchedule: [{ path, body: JSON.stringify({ ...schedule, name: 'b' }) }],
    getLlmperfArchive: [{ path: `/v1/runs/${exportRunId}/report/llmperf.zip` }],
    getChart: [{ path: `${report}/charts/ttft-input-tokens.svg` }],
    ...Object.fromEntries(
      Object.values(sampleFormats).map((format) => [
        format.operationId,
        [{ path: `${report}/samples${format.ending}?limit=10000` }],
      ]),
    ),
    ...Object.fromEntries(
      Object.values(reportFormats).map(({ name, ending }) => [
        `getReport${name}`,
        [{ path: `/v1/runs/${reportRunId}/report${ending}` }],
      ]),
    ),
    ...Object.fromEntries(
      Object.values(comparisonFormats).map(({ name, ending }) => [
        `compareRuns${name}`,
        [
          {
            path: `/v1/compare${ending}?runs=${reportRunId},${otherRunId}`,
          },
        ],
      ]),
    ),
  };
  const ids: Record<string, string> = { runId: specRunId, datasetId, scheduleId, name: 'some-name' };
  const named = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? `x_${'0'.repeat(26)}`);
  const limit = operationId.startsWith('list') ? '?limit=100' : '';
  return special[operationId] ?? [{ path: `${named}${limit}`, ...(body === undefined ? {} : { body: largeText }) }];
}

/** Makes an import whose body has almost 4 MB: the individual responses of one load test. */
function makeLargestImport(): string {
  const record = {
    ...{ error_code: null, error_msg: '', inter_token_latency_s: 0.02, ttft_s: 0.3, end_to_end_latency_s: 3.3 },
    ...{ request_output_throughput_token_per_s: 45.5, number_total_tokens: 700, number_output_tokens: 150 },
    number_input_tokens: 550,
  };
  const individualResponses = Array.from({ length: 15_000 }, () => record);
  return JSON.stringify({ results: [{ individualResponses }] });
}
