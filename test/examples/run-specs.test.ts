import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { presets } from '../../infra/provider/config/presets.ts';
import { checkRunSpec } from '../../shared/spec/check-run-spec.ts';
import { runSpecInputSchema } from '../../shared/spec/run-spec.ts';

const folder = fileURLToPath(new URL('../../examples/', import.meta.url));
const files = ['', 'blog-2023/'].flatMap((under) =>
  readdirSync(`${folder}${under}`)
    .filter((file) => file.endsWith('.json'))
    .map((file) => `${under}${file}`),
);
const read = (file: string) => runSpecInputSchema.parse(JSON.parse(readFileSync(`${folder}${file}`, 'utf8')));

describe('examples', () => {
  test.each(files)('%s can run unchanged', (file) => {
    const faults = checkRunSpec(read(file), {
      maxStreamsPerWorker: 64,
      maxWorkersPerRun: 16,
      maxRequestsPerRun: 10_000,
      maxRequestTimeoutMs: 90_000,
      maxResponseBytes: 268_435_456,
      checkAddress: () => [],
    });
    expect(faults).toEqual([]);
  });

  test.each(files)('%s uses the models and ports of the presets', (file) => {
    const models = new Set(Object.values(presets).flatMap((preset) => Object.keys(preset)));
    for (const target of read(file).targets) {
      expect(models).toContain(target.model);
      expect(target.baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:(878[89]|8790)\/v1$/);
    }
  });

  test('two-providers.json has the published workload, load, and prices', () => {
    const spec = read('two-providers.json');
    expect(spec).toMatchObject({
      order: 'interleaved',
      workload: {
        inputTokens: { distribution: 'normal', mean: 550, stddev: 150 },
        outputTokens: { distribution: 'normal', mean: 150, stddev: 20 },
        checksum: true,
      },
      load: { mode: 'concurrency', stages: [{ concurrency: 5, requests: 60 }] },
    });
    expect(spec.targets.map((target) => target.pricing)).toMatchObject([
      { inputPerMillionTokens: 1, outputPerMillionTokens: 1, asOf: '2023-11-01' },
      { inputPerMillionTokens: 0.7, outputPerMillionTokens: 2.8, asOf: '2023-11-01' },
    ]);
  });
});
