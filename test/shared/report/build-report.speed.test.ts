import { expect, test } from 'vitest';
import { buildReport } from '../../../shared/report/build-report.ts';
import { serializeReport } from '../../../shared/report/serialize-report.ts';
import { makeReportInput, makeSpec, quickProvider } from '../../support/sample-factory.ts';

test('a report on 100,000 samples is built and serialised within 3 s', () => {
  const spec = makeSpec({
    load: { mode: 'concurrency', stages: [{ concurrency: 64, requests: 100_000 }], warmupRequests: 5 },
  });
  const input = makeReportInput(spec, [quickProvider], 1, { withGaps: false });
  const startMs = performance.now();
  const json = serializeReport(buildReport(input));
  const tookMs = performance.now() - startMs;
  expect(json.length).toBeGreaterThan(10_000);
  // About 0.6 s alone on one core; the limit leaves room for a busy machine.
  expect(tookMs).toBeLessThan(3_000);
});
