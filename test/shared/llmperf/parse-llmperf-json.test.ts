import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseLlmperfJson } from '../../../shared/llmperf/parse-llmperf-json.ts';

test('reads what is JSON as JSON, whatever its texts say', () => {
  const words = fc.constantFrom('NaN', '-Infinity', '"', '\\', 'a NaN b', '\\"NaN');
  fc.assert(
    fc.property(fc.jsonValue(), fc.array(words), (value, texts) => {
      const whole = { value, texts, [texts.join()]: 1 };
      const json = JSON.stringify(whole);
      expect(parseLlmperfJson(json)).toEqual(JSON.parse(json));
    }),
  );
});

test('reads the numbers that Python writes and JSON has not as null', () => {
  expect(parseLlmperfJson('\uFEFF{"a": NaN, "b": [-Infinity, Infinity], "NaN": "Infinity"}')).toEqual({
    a: null,
    b: [null, null],
    NaN: 'Infinity',
  });
});

test.each(['{"a": nan}', '{"a": NaNs}', '[1, 2', ''])('refuses %s', (text) => {
  expect(() => parseLlmperfJson(text)).toThrow(SyntaxError);
});
