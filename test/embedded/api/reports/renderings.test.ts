import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { removeRun } from '../../../../functions/finalizer/remove-run.ts';
import type { Deps } from '../../../../shared/ports.ts';
import { type ApiBench, openApiBench } from '../../../support/service/api-bench.ts';
import { storeEndedRun } from '../store-ended-run.ts';

let bench: ApiBench;
let runId: string;
let reports: Deps['reports'];

beforeAll(async () => {
  bench = await openApiBench({ MAX_STREAMS_PER_WORKER: '3' });
  runId = await storeEndedRun(bench);
  reports = bench.deps.reports;
});
afterAll(() => bench.close());

const neverReads: Deps['reports'] = {
  put: async () => {},
  getDigest: async () => null,
  get: async () => {
    throw new Error('The report was read again');
  },
};

const renderings = [
  ...['txt', 'csv', 'md', 'html'].map((ending) => `report.${ending}`),
  'charts/timeline.svg',
  'charts/timeline.svg?theme=dark',
];

describe('a rendering of a report', () => {
  test.each(renderings)('is made once, and later read from the store: %s', async (rendering) => {
    const path = `/v1/runs/${runId}/${rendering}`;
    const first = await bench.ask('GET', path);
    expect(first.status).toBe(200);
    bench.deps.reports = neverReads;
    try {
      const second = await bench.ask('GET', path);
      expect(second.text).toBe(first.text);
      expect(second.headers.get('content-type')).toBe(first.headers.get('content-type'));
    } finally {
      bench.deps.reports = reports;
    }
  });

  test('differs by theme, and keeps its ETag', async () => {
    const [light, dark] = [await askChart('light'), await askChart('dark')];
    expect(light.text).not.toBe(dark.text);
    const etag = light.headers.get('etag') ?? '';
    const path = `/v1/runs/${runId}/charts/timeline.svg?theme=light`;
    expect((await bench.ask('GET', path, { headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  test('is not shown to another tenant', async () => {
    const key = await bench.foreignKey();
    for (const rendering of renderings)
      expect((await bench.ask('GET', `/v1/runs/${runId}/${rendering}`, { key })).status).toBe(404);
  });

  test('is deleted with its run', async () => {
    expect(await bench.dump()).toContain('RENDERING#');
    expect((await bench.ask('DELETE', `/v1/runs/${runId}`)).status).toBe(204);
    await removeRun(bench.deps, { kind: 'remove', runId });
    expect(await bench.dump()).not.toContain('RENDERING#');
  });
});

function askChart(theme: string) {
  return bench.ask('GET', `/v1/runs/${runId}/charts/timeline.svg?theme=${theme}`);
}
