import type { Words } from './document.ts';

/** The texts of a report that depend on what measured the run: this service or another tool. */
export type OriginWords = {
  /** Label of the data whose hash is in `run.manifestSha256`. */
  hashed: string;
  describeKind(day: string, version: string): string;
  method: string;
  unknownStart: string;
  noTimeline: string;
  /** Why a metric with values has no intervals. */
  noIntervals: string;
  /** Explains why the run cannot be repeated. Null if the run can be repeated from its manifest. */
  explainNoRerun: ((manifestSha256: string) => Words) | null;
};

export const statisticsMethod =
  'Percentiles interpolate between measured values (type 7). Regressions use least squares with HC3 standard errors.';

/** The texts for a run that this service measured. */
export const measuredWords: OriginWords = {
  hashed: 'Manifest',
  describeKind: (day, version) => `Performance report · ${day} · Tokenmeter ${version}`,
  method: `Each worker measures time with one monotonic clock. Time to first token (TTFT) and end-to-end latency start when the request is written to the socket. Inter-token latency (ITL) is end-to-end latency / N, TTFT included; time per output token (TPOT) is (last − first output) / (N − 1). N is the number of output tokens. The Llama 2 tokenizer counts all tokens, for every target. Cost uses the token usage that the server reports, if any. The full window lasts from the first start to the last end. The steady window excludes the ramp-up at the start and the drain at the end. ${statisticsMethod}`,
  unknownStart: 'not started',
  noTimeline: 'no request was sent',
  noIntervals: 'gaps within one response are not independent',
  explainNoRerun: null,
};
