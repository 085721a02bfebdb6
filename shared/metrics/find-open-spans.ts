import type { Sample } from '../sample/sample.ts';
import { sortAscending } from '../stats/quantile.ts';

/** When each issued request was open, on one time line: wall-anchored, so that workers' monotonic clocks meet. */
export type OpenSpans = {
  /** Wall clock at instant 0 of the spans; null where nothing was issued. */
  originWallMs: number | null;
  /** Issued requests with known instants, in the order given; `beginMs[i]` and `endMs[i]` belong to `samples[i]`. */
  samples: readonly Sample[];
  beginMs: Float64Array;
  endMs: Float64Array;
  /** The same in ascending order, and so how long requests were open; each made when first asked for. */
  readonly sortedBeginMs: Float64Array;
  readonly sortedEndMs: Float64Array;
  readonly sortedOpenMs: Float64Array;
};

/**
 * From begin to end of each issued request: from its start (or, where it never reached the socket, from when it was due)
 * to the end of its response (or the last instant known of it). Failures and canceled requests hold a stream open as
 * good ones do, so they count.
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
  const sortedBeginMs = computeOnce(() => sortAscending(beginMs.slice()));
  const sortedEndMs = computeOnce(() => sortAscending(endMs.slice()));
  const sortedOpenMs = computeOnce(() => sortAscending(endMs.map((end, i) => end - (beginMs[i] ?? 0))));
  return {
    originWallMs,
    samples: issued,
    beginMs,
    endMs,
    get sortedBeginMs() {
      return sortedBeginMs();
    },
    get sortedEndMs() {
      return sortedEndMs();
    },
    get sortedOpenMs() {
      return sortedOpenMs();
    },
  };
}

function readBegin(sample: Sample): number | null {
  return sample.originWallMs === null ? null : (sample.startMs ?? sample.dueMs);
}

function readLastInstant(sample: Sample): number {
  return sample.endMs ?? sample.lastOutputMs ?? sample.firstReadMs ?? sample.headersMs ?? sample.sentMs ?? 0;
}

function computeOnce<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
