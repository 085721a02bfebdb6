import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { summarizeValues } from '../../../shared/stats/summarize.ts';
import { expectRelative } from '../../support/expect-relative.ts';

/* LLMPerf's published result files are not part of the repository; they may be in a folder next to it. */
const directory = fileURLToPath(new URL('../../../../shared/data/llmperf-leaderboard', import.meta.url));
const names = existsSync(directory) ? readdirSync(`${directory}/summary`).sort() : [];

const series = [
  'inter_token_latency_s',
  'ttft_s',
  'end_to_end_latency_s',
  'request_output_throughput_token_per_s',
  'number_input_tokens',
  'number_output_tokens',
] as const;
const statistics = {
  quantiles_p25: 'p25',
  quantiles_p50: 'p50',
  quantiles_p75: 'p75',
  quantiles_p90: 'p90',
  quantiles_p95: 'p95',
  quantiles_p99: 'p99',
  mean: 'mean',
  min: 'min',
  max: 'max',
  stddev: 'stddev',
} as const;

// LLMPerf writes the NaN values of pandas as `NaN`, and some integers as text.
const parse = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8').replaceAll(/\bNaN\b/g, 'null'));
const summarySchema = z.record(z.string(), z.json());
const responsesSchema = z.array(z.record(z.string(), z.unknown()));

// Skipped without the files.
describe.skipIf(names.length === 0)("LLMPerf's published summaries", () => {
  test.each(names)('match all 60 statistics recomputed from the request records to 1e-12: %s', (name) => {
    const summary = summarySchema.parse(parse(`${directory}/summary/${name}`));
    const responses = responsesSchema.parse(parse(`${directory}/individual/${name}`));
    const good = responses.filter((response) => response['error_code'] === null);
    let compared = 0;
    for (const seriesName of series) {
      const values = good.map((response) => z.number().parse(response[seriesName]));
      const actual = summarizeValues(values);
      for (const [theirs, ours] of Object.entries(statistics)) {
        const key = `results_${seriesName}_${theirs}`;
        expectRelative(actual[ours], Number(summary[key]), 1e-12, key);
        compared += 1;
      }
    }
    expect(compared).toBe(60);
  });
});
