import type { Sample } from '../sample/sample.ts';
import { sortAscending } from '../stats/quantile.ts';

/** When each issued request was open, on one time line that joins the monotonic clocks of the workers by the wall clock. */
export type OpenSpans = {
  /** Wall clock at instant 0 of the spans; null if nothing was issued. */
  originWallMs: number | null;
  /** Issued requests with known instants, in the order given; `beginMs[i]` and `endMs[i]` belong to `samples[i]`. */
  samples: readonly Sample[];
  beginMs: Float64Array;
  endMs: Float64Array;
  /** Begins, ends, and open times in ascending order; each is computed on first use. */
  readonly sortedBeginMs: Float64Array;
  readonly sortedEndMs: Float64Array;
  readonly sortedOpenMs: Float64Array;
};

/**
 * Finds the span of each issued request: from its start (its due time if it did not reach the socket) to the end of its
 * response (the last known instant if it has no end). Failures and canceled requests count, because they also hold a stream.
 */
export function findOpenSpans(samples: readonly Sample[]): OpenSpans {
  const issued = samples.filter((sample) => sample.outcome !== 'not_sent' && readBegin(sample) !== null);
  let originWallMs: number | null = null;
  for (const { originWallMs: origin } of issued)
    if (origin !== null && (originWallMs === null || origin < originWallMs)) originWallMs = origin;
  const beginMs = new Float64Array(issued.length);
  const endMs = new Float64Array(issued.length);
  issued.forEach((sample, i) => {
    // Small differences first: a sum with the wall clock would round instants to a quarter of a microsecond.
    const offsetMs = (sample.originWallMs ?? 0) - (originWallMs ?? 0);
    const begin = readBegin(sample) ?? 0;
    beginMs[i] = offsetMs + begin;
    endMs[i] = offsetMs + Math.max(begin, readLastInstant(sample));
  });
  const sortBegins = computeOnce(() => sortAscending(beginMs.slice()));
  const sortEnds = computeOnce(() => sortAscending(endMs.slice()));
  const sortOpenTimes = computeOnce(() => sortAscending(endMs.map((end, i) => end - (beginMs[i] ?? 0))));
  return {
    originWallMs,
    samples: issued,
    beginMs,
    endMs,
    get sortedBeginMs() {
      return sortBegins();
    },
    get sortedEndMs() {
      return sortEnds();
    },
    get sortedOpenMs() {
      return sortOpenTimes();
    },
  };
}

function readBegin(sample: Sample): number | null {
  return sample.originWallMs === null ? null : (sample.startMs ?? sample.dueMs);
}

function readLastInstant(sample: Sample): number {
  return sample.endMs ?? sample.lastOutputMs ?? sample.firstReadMs ?? sample.headersMs ?? sample.sentMs ?? 0;
}

function computeOnce<T extends object>(compute: () => T): () => T {
  let computed: T | null = null;
  return () => {
    computed ??= compute();
    return computed;
  };
}
