import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildRun } from '../../../../shared/records/manifest.ts';
import { serializeReport } from '../../../../shared/report/build/serialize-report.ts';
import { makeLargeReport, makeLargeSpec } from '../../../support/factories/make-large-report.ts';
import { wallMs } from '../../../support/factories/sample-factory.ts';
import { type LoopBench, openLoopBench } from '../../../support/service/loop-bench.ts';

/** Longest CPU time in ms for which a request may hold the API's event loop. */
const maxHeldMs = 50;

let bench: LoopBench;
let runId: string;

beforeAll(async () => {
  bench = await openLoopBench();
  runId = bench.ids.next('run');
  const { tenantId, stores } = bench;
  const run = buildRun({ runId, tenantId, spec: makeLargeSpec(), maxStreamsPerWorker: 64, createdAtMs: wallMs });
  await stores.runs.create({ ...run, status: 'completed' });
  const report = makeLargeReport();
  await stores.reports.put(runId, serializeReport({ ...report, run: { ...report.run, runId } }));
  await bench.ask('GET', '/healthz');
  await bench.readHeldMs();
}, 60_000);
afterAll(() => bench.close());

describe('the report of a run with 800 stages', () => {
  test.each(['json', 'text', 'md', 'html', 'csv'])(
    'never holds up the API as %s',
    async (format) => {
      const response = await bench.ask('GET', `/v1/runs/${runId}/report?format=${format}`);
      expect(response.status).toBe(200);
      expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(500_000);
      expect(await bench.readHeldMs()).toBeLessThan(maxHeldMs);
    },
    60_000,
  );
});
