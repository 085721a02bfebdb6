import { describe, expect, test } from 'vitest';
import { faultSchema } from '../../../../infra/provider/config/provider-config.ts';
import { chooseFault } from '../../../../infra/provider/delivery/answer-completion.ts';
import { createRandom } from '../../../../infra/provider/engine/draw-stream.ts';

const numbers = Array.from({ length: 12 }, (_, index) => index + 1);
const struck = (rules: object[], seed = 1) =>
  numbers.filter(
    (sequence) =>
      chooseFault(
        rules.map((rule) => faultSchema.parse({ kind: 'stall', ...rule })),
        sequence,
        createRandom(seed, sequence),
      ) !== null,
  );

describe('chooseFault', () => {
  test.each([
    [[{}], numbers],
    [[], []],
    [[{ every: 5 }], [5, 10]],
    [[{ first: 3 }], [1, 2, 3]],
    [[{ requests: [2, 7] }], [2, 7]],
    [
      [{ every: 6 }, { requests: [1] }],
      [1, 6, 12],
    ],
    [[{ probability: 0 }], []],
    [[{ probability: 1, every: 4 }], [4, 8, 12]],
  ])('%j selects requests %j', (rules, expected) => {
    expect(struck(rules)).toEqual(expected);
  });

  test('selects requests with the configured probability, and the same requests for the same seed', () => {
    const rule = [faultSchema.parse({ kind: 'stall', probability: 0.3 })];
    const hits = Array.from({ length: 5_000 }, (_, n) => chooseFault(rule, n + 1, createRandom(9, n)) !== null);
    const share = hits.filter(Boolean).length / hits.length;
    expect(Math.abs(share - 0.3)).toBeLessThan(4 * Math.sqrt((0.3 * 0.7) / hits.length));
    expect(struck([{ probability: 0.5 }], 4)).toEqual(struck([{ probability: 0.5 }], 4));
  });

  test('applies the first of two matching rules', () => {
    const rules = [faultSchema.parse({ kind: 'crlf', every: 2 }), faultSchema.parse({ kind: 'stall' })];
    expect(numbers.map((n) => chooseFault(rules, n, createRandom(1, n))?.kind).slice(0, 4)).toEqual([
      'stall',
      'crlf',
      'stall',
      'crlf',
    ]);
  });
});
