import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runAtOnce } from '../../../../shared/time-slices.ts';
import { readTimestamp, readTrace } from '../../../../shared/workload/datasets/read-trace.ts';

const entry = fc.record({
  atMs: fc.integer({ min: 0, max: 1e9 }),
  inputTokens: fc.integer({ min: 1, max: 200_000 }),
  outputTokens: fc.integer({ min: 1, max: 200_000 }),
});

describe('a trace', () => {
  test('is equal in both JSON Lines forms, with any line ends and blank lines', () => {
    fc.assert(
      fc.property(
        fc.array(entry, { minLength: 1, maxLength: 20 }),
        fc.constantFrom('\n', '\r\n', '\n\n'),
        (list, end) => {
          expect(runAtOnce(readTrace(`\ufeff${list.map((one) => JSON.stringify(one)).join(end)}${end}`))).toEqual(list);
          const block = list.map(({ atMs, inputTokens, outputTokens }, k) =>
            JSON.stringify({ timestamp: atMs, input_length: inputTokens, output_length: outputTokens, hash_ids: [k] }),
          );
          expect(runAtOnce(readTrace(block.join(end)))).toEqual(list.map((one, k) => ({ ...one, blockIds: [k] })));
        },
      ),
    );
  });

  test('reads the Azure columns in any order, with all fractional digits and time zones', () => {
    const text = [
      'GeneratedTokens,TIMESTAMP,other,ContextTokens\r',
      '44,2023-11-16 18:15:46.6805900,x,374\r',
      '109,2023-11-16 18:15:50.9951690,x,396',
      '55,2024-05-10 00:00:00.009930+00:00,x,879',
      '16,2024-05-10T02:00:00+02:00,x,91',
    ].join('\n');
    const [first, second, third, fourth] = runAtOnce(readTrace(text));
    expect(first).toEqual({ atMs: Date.UTC(2023, 10, 16, 18, 15, 46) + 680.59, inputTokens: 374, outputTokens: 44 });
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeCloseTo(4_314.579, 3);
    expect(third?.atMs).toBeCloseTo(Date.UTC(2024, 4, 10) + 9.93, 3);
    expect(fourth).toEqual({ atMs: Date.UTC(2024, 4, 10), inputTokens: 91, outputTokens: 16 });
  });

  test('without lines has no entries, and invalid lines are rejected', () => {
    expect(runAtOnce(readTrace(' \n'))).toEqual([]);
    for (const text of [
      '{"atMs":1}',
      'TIMESTAMP,ContextTokens\n1,2',
      'TIMESTAMP,ContextTokens,GeneratedTokens\nnow,1,2',
    ])
      expect(() => runAtOnce(readTrace(text))).toThrow();
  });

  test('of the example has eight entries', () => {
    const text = readFileSync(new URL('../../../../examples/trace-dataset.jsonl', import.meta.url), 'utf8');
    expect(runAtOnce(readTrace(text))).toHaveLength(8);
  });
});

test.each(['2023-02-29 12:00:00', '2023-04-31 12:00:00', '2023-13-01 12:00:00'])('%s does not exist', (text) => {
  expect(readTimestamp(text)).toBeNull();
  expect(readTimestamp('2024-02-29 12:00:00')).toBe(Date.UTC(2024, 1, 29, 12));
});
