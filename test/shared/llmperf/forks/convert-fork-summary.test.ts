import { describe, expect, test } from 'vitest';
import { convertForkSummary } from '../../../../shared/llmperf/forks/convert-fork-summary.ts';
import type { LlmperfRecord, LlmperfSummary } from '../../../../shared/sample/imported.ts';

function convert(summary: LlmperfSummary, unit: 's' | 'ms' | null = null, records: LlmperfRecord[] = []) {
  const converted = convertForkSummary(summary, unit, records);
  if ('fault' in converted) throw new Error(`${converted.fault}. ${converted.remedy}`);
  return converted;
}

const bare = { results_ttft_mean: 200, results_itl: { mean: 20 } };

describe('times of a summary without a unit', () => {
  test('have the unit that the caller states', () => {
    const { summary, notes } = convert(bare, 'ms');
    expect(summary).toMatchObject({ results_ttft_s_mean: 0.2, results_inter_token_latency_s_mean: 0.02 });
    expect(notes).toContain('Times of the summary were read as milliseconds.');
    expect(convert(bare, 's').summary).toMatchObject({ results_ttft_s_mean: 200 });
  });

  test('are refused if nothing shows the unit', () => {
    expect(() => convert(bare)).toThrow('does not show the unit of ttft, itl. State the unit of the times');
  });

  test.each([0.2, 200])('have the unit in which they agree with the records: a TTFT of %d', (ttft) => {
    const records = [{ ttft_s: 0 }, { ttft_s: 0.15 }, { ttft_s: 0.3 }];
    const { summary } = convert({ results_ttft_mean: ttft, results_latency_p50: ttft * 3 }, null, records);
    expect(summary).toMatchObject({ results_ttft_s_mean: 0.2, results_end_to_end_latency_s_quantiles_p50: 0.6 });
  });

  test.each([1, 1_000])('have the unit in which speed and tokens agree: %d times the seconds', (scale) => {
    const { summary } = convert({
      results_ttft: { mean: 0.2 * scale },
      results_latency: { mean: 0.5 * scale },
      results_request_output_throughput_token_per_s_mean: 80,
      results_number_output_tokens_mean: 40,
    });
    expect(summary).toMatchObject({ results_ttft_s_mean: 0.2, results_end_to_end_latency_s_mean: 0.5 });
  });
});

test("LLMPerf's own names are converted if their times are milliseconds", () => {
  const own = {
    results_ttft_s_mean: 200,
    results_ttft_s_max: 300,
    results_end_to_end_latency_s_mean: 500,
    results_request_output_throughput_token_per_s_mean: 80,
    results_number_output_tokens_mean: 40,
  };
  const { summary, notes } = convert(own);
  expect(summary).toMatchObject({ results_ttft_s_mean: 0.2, results_ttft_s_max: 0.3 });
  expect(notes).toContain('Times of the summary were read as milliseconds.');
  expect(convert({ results_ttft_s_mean: 200 }, 'ms').summary).toEqual({ results_ttft_s_mean: 0.2 });
});

test('a summary of LLMPerf stays unchanged and has no note', () => {
  const summary = { results_ttft_s_mean: 0.2, results_ttft_s_quantiles_p99: 0.3, results_number_errors: 0 };
  expect(convert(summary)).toEqual({ summary, notes: [] });
});

test('names with a unit keep it, and times that were not read are listed', () => {
  const { summary, notes } = convert(
    { results_ttft_ms_mean: 200, results_server_ttft_s_mean: 0.1, results_ttft_mean: 7 },
    's',
  );
  expect(summary['results_ttft_s_mean']).toBe(0.2);
  expect(notes).toContain('Times of the summary that were not read: server_ttft_s, ttft.');
});
