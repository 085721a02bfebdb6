import { describe, expect, test } from 'vitest';
import { convertForkRecords } from '../../../../shared/llmperf/forks/convert-fork.ts';
import { parseLlmperfJson } from '../../../../shared/llmperf/read-llmperf-file.ts';

/** Requests of 40 to 49 tokens, with a TTFT of 0.2 s and a gap of 20 ms between tokens. */
const requests = Array.from({ length: 10 }, (_, i) => {
  const tokens = 40 + i;
  const latency = 0.2 + (tokens - 1) * 0.02;
  return { tokens, latency, ttft: 0.2, speed: tokens / latency };
});

function convert(
  build: (request: (typeof requests)[number]) => Record<string, number | null>,
  unit: 's' | 'ms' | null = null,
) {
  const converted = convertForkRecords(requests.map(build), unit);
  if ('fault' in converted) throw new Error(converted.fault);
  return converted;
}

describe('the records of a fork', () => {
  test('keep their fields and get those of LLMPerf in seconds, with a note of whose fields they are', () => {
    const { records, notes } = convert(({ tokens, latency, ttft }) => ({
      client_ttft_s: ttft,
      server_ttft_s: ttft - 0.05,
      client_end_to_end_latency_s: latency,
      client_mean_inter_token_latency_s: 0.02,
      client_output_token_per_s_per_request: (tokens - 1) / (latency - ttft),
      number_output_tokens: tokens,
    }));
    expect(records[0]).toMatchObject({ client_ttft_s: 0.2, ttft_s: 0.2, inter_token_latency_s: 0.02 });
    expect(records[9]?.['end_to_end_latency_s']).toBeCloseTo(1.16, 12);
    expect(notes[0]).toContain("SambaNova's benchmarking kit: TTFT from client_ttft_s, latency from client_end_to_end");
    expect(notes.slice(1)).toEqual([
      'The ITL of these files is (latency − TTFT) / (output tokens − 1), without the TTFT.',
      'The output speed of these files is (output tokens − 1) / (latency − TTFT), without the TTFT.',
      'Times that were not read: server_ttft_s.',
    ]);
  });

  test('have the unit of their names', () => {
    const { records } = convert(({ latency, ttft }) => ({
      time_to_first_token_ms: ttft * 1_000,
      end_to_end_latency_ms: latency * 1_000,
    }));
    expect(records[0]).toMatchObject({ ttft_s: 0.2, end_to_end_latency_s: 0.98 });
  });

  test.each([
    ['ttft', 'latency', 1_000],
    ['ttft', 'latency', 1],
    ['ttft_s', 'end_to_end_latency_s', 1_000],
  ])('have the unit in which speed and tokens agree: %s, %s · %d', (first, whole, scale) => {
    const { records, notes } = convert(({ tokens, latency, ttft, speed }) => ({
      [first]: ttft * scale,
      [whole]: latency * scale,
      request_output_throughput_token_per_s: speed,
      number_output_tokens: tokens,
    }));
    expect(records[0]).toMatchObject({ ttft_s: 0.2, end_to_end_latency_s: 0.98 });
    expect(notes.join(' ')).toContain(`Times were read as ${scale === 1 ? '' : 'milli'}seconds.`);
  });

  test('have the unit that the caller states, and need it if nothing shows it', () => {
    const build = ({ ttft }: (typeof requests)[number]) => ({ ttft: ttft * 1_000, latency: 200 });
    expect(() => convert(build)).toThrow('does not show the unit of ttft, latency');
    expect(convert(build, 'ms').records[0]).toMatchObject({ ttft_s: 0.2, end_to_end_latency_s: 0.2 });
    expect(convert(build, 's').records[0]).toMatchObject({ ttft_s: 200, end_to_end_latency_s: 200 });
  });

  test('without a known time are refused, with the names of their times', () => {
    const build = ({ ttft }: (typeof requests)[number]) => ({ server_ttft_s: ttft, error_code: null });
    expect(() => convert(build)).toThrow('contains times only in server_ttft_s, which the server measured');
  });
});

test('the records of LLMPerf stay unchanged, and have no note', () => {
  const records = requests.map(({ tokens, latency, ttft, speed }) => ({
    error_code: null,
    ttft_s: ttft,
    end_to_end_latency_s: latency,
    inter_token_latency_s: latency / tokens,
    request_output_throughput_token_per_s: speed,
    number_output_tokens: tokens,
  }));
  const converted = convertForkRecords(records, null);
  expect(converted).toEqual({ records, notes: [] });
});

test('JSON Lines are read as a list', () => {
  expect(parseLlmperfJson('{"a": 1}\n\n{"a": NaN}\n')).toEqual([{ a: 1 }, { a: null }]);
});
