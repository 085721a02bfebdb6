import type { Sample } from '../../sample/sample.ts';
import { quantile } from '../../stats/quantile.ts';
import { findOpenSpans } from '../find-open-spans.ts';
import { findFirstToBegin } from '../windows/find-start-burst.ts';

const first = 20;

/** The median time for which the twenty measured requests that began first were open, in ms; null where none is known. */
export function measureFirstServiceTime(samples: readonly Sample[]): number | null {
  const spans = findOpenSpans(samples.filter(({ warmup }) => !warmup));
  const { beginMs, endMs } = spans;
  const order = findFirstToBegin(spans, first);
  return quantile(
    order.map((i) => (endMs[i] ?? 0) - (beginMs[i] ?? 0)),
    0.5,
  );
}
