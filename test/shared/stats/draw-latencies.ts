import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/** Latencies, milliseconds, of known mean and quantiles. */
export type LatencyLaw = {
  name: string;
  mean: number;
  draw: (random: RandomGenerator) => number;
  quantile: (p: number) => number;
};

/** Uniform on (0, 1]. */
const uniform = (random: RandomGenerator) => 1 - uniformFloat64(random);

/** Standard normal (Box and Muller). */
export function drawNormal(random: RandomGenerator): number {
  return Math.sqrt(-2 * Math.log(uniform(random))) * Math.cos(2 * Math.PI * uniform(random));
}

/** Student's t with three degrees of freedom: its variance exists, its third moment does not. */
export function drawStudent3(random: RandomGenerator): number {
  const squares = drawNormal(random) ** 2 + drawNormal(random) ** 2 + drawNormal(random) ** 2;
  return drawNormal(random) / Math.sqrt(squares / 3);
}

/** Tails heavier than those of most latencies, skewed but for the last. */
export const heavierLaws: Pick<LatencyLaw, 'name' | 'mean' | 'draw'>[] = [
  ...[1, 1.5].map((sigma) => ({
    name: `lognormal, σ ${sigma}`,
    mean: Math.exp(5 + sigma ** 2 / 2),
    draw: (random: RandomGenerator) => Math.exp(5 + sigma * drawNormal(random)),
  })),
  ...[2.5, 2.1].map((index) => ({
    name: `Pareto, tail index ${index}`,
    mean: (100 * index) / (index - 1),
    draw: (random: RandomGenerator) => 100 * uniform(random) ** (-1 / index),
  })),
  { name: 'Student, 3 degrees', mean: 500, draw: (random) => 500 + 80 * drawStudent3(random) },
];

/** @param normalQuantile that of the product, so that quantiles are as exact as it is */
export function latencyLaws(normalQuantile: (p: number) => number): LatencyLaw[] {
  return [
    {
      name: 'normal',
      mean: 500,
      draw: (random) => 500 + 80 * drawNormal(random),
      quantile: (p) => 500 + 80 * normalQuantile(p),
    },
    {
      name: 'lognormal, σ 0.6',
      mean: Math.exp(5 + 0.6 ** 2 / 2),
      draw: (random) => Math.exp(5 + 0.6 * drawNormal(random)),
      quantile: (p) => Math.exp(5 + 0.6 * normalQuantile(p)),
    },
    {
      // P(X > x) = (100/x)³: no third moment, so one answer in a thousand takes ten times the least.
      name: 'Pareto, tail index 3',
      mean: 150,
      draw: (random) => 100 * uniform(random) ** (-1 / 3),
      quantile: (p) => 100 * (1 - p) ** (-1 / 3),
    },
  ];
}
