import llamaTokenizer from 'llama-tokenizer-js';
import { computeRequestMetrics } from '../../shared/metrics/request-metrics.ts';
import { sortedQuantile } from '../../shared/stats/quantile.ts';
import type { PlacedSample } from '../support/service/read-all-samples.ts';
import type { Truth } from './read-truth.ts';

type Errors = { p50: number | null; p99: number | null; max: number | null };

export type Comparison = {
  requests: number;
  outcomes: Record<string, number>;
  /** Requests whose value equals that of the recording, of those that have one. */
  equal: Record<'outcome' | 'chunks' | 'finish' | 'usage' | 'tokens', { equal: number; of: number }>;
  ttftErrorMs: Errors;
  e2eErrorMs: Errors;
  faults: string[];
};

type Pair = { sample: PlacedSample; truth: Truth };

/** Compares each measured request with the recording. Loopback time and the recorder's own delay count as error. */
export function compare(samples: readonly PlacedSample[], truths: readonly Truth[]): Comparison {
  const measured = samples.filter(({ warmup }) => !warmup);
  const faults: string[] = [];
  const pairs = measured.flatMap((sample): Pair[] => {
    // A request that met a closed connection is sent again; the last exchange counts.
    const truth = truths.findLast(({ promptNumber }) => promptNumber === sample.requestIndex);
    if (truth === undefined) faults.push(`${describe(sample)}: not in the recording`);
    return truth === undefined ? [] : [{ sample, truth }];
  });
  const check = (name: string, read: (pair: Pair) => [unknown, unknown] | null) => {
    const compared = pairs.flatMap((pair) => {
      const values = read(pair);
      return values === null ? [] : [{ pair, values }];
    });
    const differing = compared.filter(({ values: [value, trueValue] }) => value !== trueValue);
    for (const { pair, values } of differing)
      faults.push(`${describe(pair.sample)}: ${name} ${values[0]} instead of ${values[1]}; ${pair.truth.detail}`);
    return { equal: compared.length - differing.length, of: compared.length };
  };
  const good = pairs.filter(({ sample, truth }) => sample.outcome === 'ok' && truth.outcome === 'ok');
  const isGood = (pair: Pair) => good.includes(pair);
  return {
    requests: measured.length,
    outcomes: countOutcomes(measured),
    equal: {
      outcome: check('outcome', ({ sample, truth }) => [sample.outcome, truth.outcome]),
      // How much of an unreadable stream counts as output is a matter of taste.
      chunks: check('output events', ({ sample, truth }) =>
        truth.outcome === 'bad_stream' ? null : [sample.outputEvents, truth.outputEvents],
      ),
      finish: check('finish', (pair) => (isGood(pair) ? [pair.sample.finishReason, pair.truth.finish] : null)),
      usage: check('usage', (pair) => (isGood(pair) ? [renderUsage(pair.sample), renderTrueUsage(pair.truth)] : null)),
      tokens: check('tokens', (pair) => (isGood(pair) ? [pair.sample.outputTokens, countTokens(pair.truth)] : null)),
    },
    ttftErrorMs: summarize(
      good.map(({ sample, truth: { firstOutputMs, startMs } }) =>
        difference(computeRequestMetrics(sample).ttftMs, firstOutputMs, startMs),
      ),
    ),
    e2eErrorMs: summarize(
      good.map(({ sample, truth: { lastOutputMs, startMs } }) =>
        difference(computeRequestMetrics(sample).e2eLatencyMs, lastOutputMs, startMs),
      ),
    ),
    faults,
  };
}

const describe = ({ requestIndex, outcome, error, notes }: PlacedSample) =>
  `request ${requestIndex} (${[outcome, error?.message, notes].filter((part) => part != null).join(': ')})`;

function countOutcomes(samples: readonly PlacedSample[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of samples) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

const renderUsage = ({ usage }: PlacedSample) => `${usage?.inputTokens ?? null}/${usage?.outputTokens ?? null}`;
const renderTrueUsage = ({ inputTokens, outputTokens }: Truth) => `${inputTokens}/${outputTokens}`;

/** Counts by the package, without the tokenizer of the product around it. */
function countTokens({ text }: Truth): number {
  return llamaTokenizer.encode(text, false, true).length;
}

function difference(value: number | null, trueEndMs: number | null, trueStartMs: number): number | null {
  return value === null || trueEndMs === null ? null : Math.abs(value - (trueEndMs - trueStartMs));
}

function summarize(errors: readonly (number | null)[]): Errors {
  const sorted = errors.filter((error) => error !== null).toSorted((a, b) => a - b);
  return { p50: sortedQuantile(sorted, 0.5), p99: sortedQuantile(sorted, 0.99), max: sorted.at(-1) ?? null };
}
