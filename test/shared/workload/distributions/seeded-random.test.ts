import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { expect, test } from 'vitest';
import { createSeededRandom } from '../../../../shared/workload/distributions/seeded-random.ts';

const count = 20_000;
const firstDraws = (label: string) =>
  Array.from({ length: count }, (_, number) => uniformFloat64(createSeededRandom(117, label, number)));

function correlation(a: readonly number[], b: readonly number[]): number {
  const length = Math.min(a.length, b.length);
  // Uniform numbers have mean 1/2 and variance 1/12.
  let sum = 0;
  for (let index = 0; index < length; index++) sum += ((a[index] ?? 0) - 0.5) * ((b[index] ?? 0) - 0.5);
  return (12 * sum) / length;
}

test('returns equal numbers on any machine', () => {
  const random = createSeededRandom(117, 'lines', 'measured', 0);
  // From a Python program: hashlib's SHA-256 of "117/lines/measured/0" as the state of xoroshiro128+.
  expect([random.next(), random.next(), random.next()]).toEqual([-2115974369, -557845573, 1949356672]);
});

test('first draws of neighboring numbers and of two labels are uniform and uncorrelated', () => {
  const draws = firstDraws('lines');
  const cells = new Array<number>(100).fill(0);
  for (const draw of draws) cells[Math.floor(draw * 100)] = (cells[Math.floor(draw * 100)] ?? 0) + 1;
  const expected = count / 100;
  const chiSquare = cells.reduce((sum, cell) => sum + (cell - expected) ** 2 / expected, 0);
  // 99 degrees of freedom: 0.0001 to 0.9999 is 53 to 160.
  expect(chiSquare).toBeGreaterThan(53);
  expect(chiSquare).toBeLessThan(160);
  const bound = 4 / Math.sqrt(count);
  for (const lag of [1, 2, 7]) expect(Math.abs(correlation(draws, draws.slice(lag)))).toBeLessThan(bound);
  expect(Math.abs(correlation(draws, firstDraws('checksum')))).toBeLessThan(bound);
});

test('a different seed, label or number gives a different generator', () => {
  const first = (...of: Parameters<typeof createSeededRandom>) => createSeededRandom(...of).next();
  const numbers = [
    first(1, 'a', 2),
    first(2, 'a', 2),
    first(1, 'b', 2),
    first(1, 'a', 3),
    first(1, 'a'),
    first(1, 'a', 2, 0),
  ];
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(first(1, 'a', 2)).toBe(numbers[0]);
});
