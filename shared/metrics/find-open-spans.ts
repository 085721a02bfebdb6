import { computeOnce } from '../compute-once.ts';
import type { Sample } from '../sample/sample.ts';
import { sortAscending } from '../stats/quantile.ts';

/** The span of time in which each sent request was open. The wall clock aligns the workers' monotonic clocks. */
export type OpenSpans = {
  /** Unix time in ms that corresponds to time 0 of the spans. Null if no request was sent. */
  originWallMs: number | null;
  /** Sent requests with known timestamps, in input order. `samples[i]` was open from `beginMs[i]` to `endMs[i]`. */
  samples: readonly Sample[];
  beginMs: Float64Array;
  endMs: Float64Array;
  /** Start times, end times, and open times (end − start), in ascending order. Each array is sorted on first use. */
  readonly sortedBeginMs: Float64Array;
  readonly sortedEndMs: Float64Array;
  readonly sortedOpenMs: Float64Array;
};

/**
 * Finds the open span of each sent request, from its start to the end of its response. If a request never reached the
 * socket, its span begins when it was due. If a response has no end, its span ends at the last known timestamp.
 * Includes failed and canceled requests, which also occupy a stream.
 */
export function findOpenSpans(samples: readonly Sample[]): OpenSpans {
  const issued = samples.filter((sample) => sample.outcome !== 'not_sent' && readBegin(sample) !== null);
  let originWallMs: number | null = null;
  for (const { originWallMs: origin } of issued)
    if (origin !== null && (originWallMs === null || origin < originWallMs)) originWallMs = origin;
  const beginMs = new Float64Array(issued.length);
  const endMs = new Float64Array(issued.length);
  issued.forEach((sample, i) => {
    // Adds only the small difference between the wall clocks, because adding a whole Unix time would round to 0.25 µs.
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
