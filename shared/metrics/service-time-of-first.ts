import type { Sample } from '../domain/sample.ts';
import { quantile } from '../stats/quantile.ts';
import { openSpans } from './open-spans.ts';

const first = 20;

/** The median time for which the twenty measured requests that began first were open, in ms; null where none is known. */
export function serviceTimeOfFirst(samples: readonly Sample[]): number | null {
  const { beginMs, endMs } = openSpans(samples.filter(({ warmup }) => !warmup));
  const order = [...beginMs.keys()].sort((a, b) => (beginMs[a] ?? 0) - (beginMs[b] ?? 0)).slice(0, first);
  return quantile(
    order.map((i) => (endMs[i] ?? 0) - (beginMs[i] ?? 0)),
    0.5,
  );
}
