import type { recordedSeries } from '../../metrics/read-recorded-metric.ts';

export type SeriesName = (typeof recordedSeries)[number]['series'];

/** Names of each series in forks, without `client_` and the unit. The first name that a file has is read. */
const aliases: Readonly<Record<SeriesName, readonly string[]>> = {
  ttft_s: ['ttft', 'time_to_first_token', 'first_token_latency'],
  end_to_end_latency_s: ['end_to_end_latency', 'e2e_latency', 'e2e', 'request_latency', 'total_latency', 'latency'],
  inter_token_latency_s: ['inter_token_latency', 'mean_inter_token_latency', 'itl', 'mean_itl'],
  request_output_throughput_token_per_s: [
    'request_output_throughput_token_per_s',
    'output_token_per_s_per_request',
    'output_tokens_per_s',
    'output_tokens_per_second',
  ],
  number_input_tokens: ['number_input_tokens', 'num_input_tokens', 'input_tokens', 'prompt_tokens'],
  number_output_tokens: ['number_output_tokens', 'num_output_tokens', 'output_tokens', 'completion_tokens'],
};

/** Units of time at the end of a name, as their length in seconds. */
const unitLengths: Readonly<Record<string, number>> = {
  s: 1,
  sec: 1,
  secs: 1,
  seconds: 1,
  ms: 1e-3,
  msec: 1e-3,
  milliseconds: 1e-3,
  us: 1e-6,
};

const timeSeries: readonly string[] = ['ttft_s', 'end_to_end_latency_s', 'inter_token_latency_s'];

/** A field that contains a series. `unitS` is the unit of times in seconds: null if the name does not show it. */
export type ForkField = { series: SeriesName; name: string; rank: number; unitS: number | null };

/** Returns the series that a field name denotes, or null. */
export function readFieldName(name: string): ForkField | null {
  const bare = name.replace(/^client_/, '').toLowerCase();
  const [, stem = bare, unit] = /^(.*)_([a-z]+)$/.exec(bare) ?? [];
  const unitS = unit === undefined ? undefined : unitLengths[unit];
  // `Object.entries` returns string keys, but the keys of this constant are names of series.
  for (const [series, names] of Object.entries(aliases) as [SeriesName, readonly string[]][]) {
    const isTime = timeSeries.includes(series);
    const rank = names.indexOf(isTime && unitS !== undefined ? stem : bare);
    if (rank >= 0) return { series, name, rank, unitS: isTime ? (unitS ?? null) : 1 };
  }
  return null;
}

/** Forks that their field names identify. */
const knownForks = [
  { title: "SambaNova's benchmarking kit", mark: /^client_/ },
  { title: 'llmnop', mark: /^time_to_first_token_ms$/ },
] as const;

export function nameFork(names: readonly string[]): string {
  return knownForks.find(({ mark }) => names.some((name) => mark.test(name)))?.title ?? 'a fork of LLMPerf';
}

/** Returns whether a name seems to denote a time, so that a file with it is not a file without times. */
export function isTimeName(name: string): boolean {
  return /ttft|first_token|latency|inter_token|elapsed|duration/i.test(name);
}
