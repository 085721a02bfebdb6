import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseLlmperfJson, readLlmperfFile } from '../../../shared/llmperf/read-llmperf-file.ts';

test('parses valid JSON unchanged, with any text in its strings', () => {
  const words = fc.constantFrom('NaN', '-Infinity', '"', '\\', 'a NaN b', '\\"NaN');
  fc.assert(
    fc.property(fc.jsonValue(), fc.array(words), (value, texts) => {
      const whole = { value, texts, [texts.join()]: 1 };
      const json = JSON.stringify(whole);
      expect(parseLlmperfJson(json)).toEqual(JSON.parse(json));
    }),
  );
});

test('parses numbers of Python that JSON does not have as null', () => {
  expect(parseLlmperfJson('\uFEFF{"a": NaN, "b": [-Infinity, Infinity], "NaN": "Infinity"}')).toEqual({
    a: null,
    b: [null, null],
    NaN: 'Infinity',
  });
});

test.each(['{"a": nan}', '{"a": NaNs}', '[1, 2', ''])('throws for %s', (text) => {
  expect(() => parseLlmperfJson(text)).toThrow(SyntaxError);
});

test('refuses a string that never closes in linear time', () => {
  const text = `["${'\\"'.repeat(2_000_000)}`;
  const startMs = performance.now();
  expect(() => parseLlmperfJson(text)).toThrow(SyntaxError);
  expect(performance.now() - startMs).toBeLessThan(1_000);
});

test('a table of LLMPerf v1 with many columns, and records with many names, need time in proportion to their size', () => {
  const rows = Array.from({ length: 5_000 }, (_, index) => index);
  const column = Object.fromEntries(rows.map((row) => [row, 1]));
  const others = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`c${index}`, {}]));
  const table = { ttft: column, total_time: column, tokens_out: column, ...others };
  expect(readLlmperfFile(table)).toMatchObject({ version: 'v1', records: { length: 5_000 } });
  const records = Array.from({ length: 50_000 }, (_, index) => ({ ttft_s: 1, [`latency_${index}_x`]: 1 }));
  expect(readLlmperfFile(records)).toMatchObject({ version: 'v2', records: { length: 50_000 } });
});
