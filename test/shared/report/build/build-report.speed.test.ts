import { expect, test } from 'vitest';
import { buildReport } from '../../../../shared/report/build/build-report.ts';
import { serializeReport } from '../../../../shared/report/build/serialize-report.ts';
import { makeReportInput, makeSpec, quickProvider } from '../../../support/sample-factory.ts';

test('a report on 100,000 samples takes less than 2 s of CPU', () => {
  const spec = makeSpec({
    load: { mode: 'concurrency', stages: [{ concurrency: 64, requests: 100_000 }], warmupRequests: 5 },
  });
  const input = makeReportInput(spec, [quickProvider], 1, { withGaps: false });
  // CPU and not wall time, which on a busy machine says how busy it is.
  const before = process.cpuUsage();
  const json = serializeReport(buildReport(input));
  const { user, system } = process.cpuUsage(before);
  expect(json.length).toBeGreaterThan(10_000);
  expect((user + system) / 1_000).toBeLessThan(2_000);
});
