import { readNumber } from '../../metrics/read-recorded-metric.ts';
import type { LlmperfRecord } from '../../sample/imported.ts';
import type { ForkField, SeriesName } from './fork-fields.ts';

const labels: Readonly<Record<SeriesName, string>> = {
  ttft_s: 'TTFT',
  end_to_end_latency_s: 'latency',
  inter_token_latency_s: 'ITL',
  request_output_throughput_token_per_s: 'output speed',
  number_input_tokens: 'input tokens',
  number_output_tokens: 'output tokens',
};

type ForkUse = {
  fork: string;
  fields: readonly ForkField[];
  unread: readonly string[];
  unit: 's' | 'ms' | null | undefined;
};

/** Describes whose fields were read, in which unit, and by which formulas, as far as the numbers show it. */
export function describeFork(records: readonly LlmperfRecord[], { fork, fields, unread, unit }: ForkUse): string[] {
  const renamed = fields.filter(({ name, series }) => name !== series);
  const list = renamed.map(({ name, series }) => `${labels[series]} from ${name}`);
  return [
    ...(renamed.length === 0 ? [] : [`The files are those of ${fork}: ${list.join(', ')}.`]),
    ...(unit == null ? [] : [`Times were read as ${unit === 'ms' ? 'milliseconds' : 'seconds'}.`]),
    ...renamed.flatMap(({ series }) => describeFormula(records, series)),
    ...(unread.length === 0 ? [] : [`Times that were not read: ${unread.slice(0, 12).join(', ')}.`]),
  ];
}

/** Formulas of a series, by which numbers are compared with those that the file contains. */
const formulas: Partial<Record<SeriesName, readonly (readonly [words: string, compute: (times: Times) => number])[]>> =
  {
    inter_token_latency_s: [
      ['latency / output tokens, as in LLMPerf', ({ latency, tokens }) => latency / tokens],
      [
        '(latency − TTFT) / (output tokens − 1), without the TTFT',
        ({ latency, ttft, tokens }) => (latency - ttft) / (tokens - 1),
      ],
    ],
    request_output_throughput_token_per_s: [
      ['output tokens / latency, as in LLMPerf', ({ latency, tokens }) => tokens / latency],
      ['output tokens / (latency − TTFT), without the TTFT', ({ latency, ttft, tokens }) => tokens / (latency - ttft)],
      [
        '(output tokens − 1) / (latency − TTFT), without the TTFT',
        ({ latency, ttft, tokens }) => (tokens - 1) / (latency - ttft),
      ],
    ],
  };

type Times = { latency: number; ttft: number; tokens: number };

/** Relative error up to which a formula explains a number. The files round numbers to four digits. */
const formulaTolerance = 0.01;
/** Share of the records that a formula has to explain. */
const leastShare = 0.9;

function describeFormula(records: readonly LlmperfRecord[], series: SeriesName): string[] {
  const known = formulas[series];
  if (known === undefined) return [];
  const rows = records.flatMap((record) => {
    const [value, latency, ttft, tokens] = [series, 'end_to_end_latency_s', 'ttft_s', 'number_output_tokens'].map(
      (name) => readNumber(record[name]),
    );
    return value == null || latency == null || ttft == null || tokens == null ? [] : [{ value, latency, ttft, tokens }];
  });
  if (rows.length === 0) return [];
  const found = known.find(([, compute]) => {
    const fits = rows.filter(({ value, ...times }) => Math.abs(compute(times) / value - 1) <= formulaTolerance);
    return fits.length >= leastShare * rows.length;
  });
  const words = found === undefined ? 'computed by an unknown formula' : found[0];
  return [`The ${labels[series]} of these files is ${words}.`];
}
