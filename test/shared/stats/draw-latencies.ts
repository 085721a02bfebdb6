import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/** A distribution of latencies in milliseconds with a known mean and known quantiles. */
export type LatencyLaw = {
  name: string;
  mean: number;
  draw: (random: RandomGenerator) => number;
  quantile: (p: number) => number;
};

/** Draws uniformly from (0, 1]. */
const uniform = (random: RandomGenerator) => 1 - uniformFloat64(random);

/** Draws from the standard normal distribution (Box and Muller). */
export function drawNormal(random: RandomGenerator): number {
  return Math.sqrt(-2 * Math.log(uniform(random))) * Math.cos(2 * Math.PI * uniform(random));
}

/** Draws from Student's t with three degrees of freedom, which has a variance but no third moment. */
export function drawStudent3(random: RandomGenerator): number {
  const squares = drawNormal(random) ** 2 + drawNormal(random) ** 2 + drawNormal(random) ** 2;
  return drawNormal(random) / Math.sqrt(squares / 3);
}

/** Distributions with heavier tails than most latencies; all but the last are skewed. */
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

/** Lists the distributions; their quantiles are as exact as the given normal quantile. */
export function listLatencyLaws(normalQuantile: (p: number) => number): LatencyLaw[] {
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
      // P(X > x) = (100/x)³: no third moment, and 1 in 1,000 values is 10 times the smallest.
      name: 'Pareto, tail index 3',
      mean: 150,
      draw: (random) => 100 * uniform(random) ** (-1 / 3),
      quantile: (p) => 100 * (1 - p) ** (-1 / 3),
    },
  ];
}
