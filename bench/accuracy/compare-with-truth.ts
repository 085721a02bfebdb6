import { quantile } from '../../shared/stats/quantile.ts';
import type { Measurement } from './measurement.ts';
import type { Truth } from './reference-server.ts';

/** Quantiles of an error, ms. */
export type Spread = { n: number; p50: number; p99: number; max: number };

export type RowErrors = {
  /** Stamp of a chunk − its send: how late arrivals are taken. */
  stamp: Spread;
  /** |told − true|: from the request's start (truly: its receipt) to the first chunk, between chunks, to the last one. */
  ttft: Spread;
  tpot: Spread;
  e2e: Spread;
  /** The smallest stamp error: below 0, and the clocks do not agree. */
  minStampMs: number;
};

/**
 * Sets what a subject told beside what the server logged, request by request and chunk by chunk.
 * @throws Error where a request or a chunk is missing on either side, or an instant is no number
 */
export function compareWithTruth(
  { told }: Pick<Measurement, 'told'>,
  log: ReadonlyMap<number, Truth>,
  tokensPerChunk: number,
): RowErrors {
  if (told.length !== log.size) throw new Error(`${told.length} requests were told, ${log.size} were received`);
  const stamp: number[] = [];
  const ttft: number[] = [];
  const tpot: number[] = [];
  const e2e: number[] = [];
  for (const { index, startMs, stampsMs } of told) {
    const truth = log.get(index);
    if (truth === undefined || truth.sentMs.length !== stampsMs.length)
      throw new Error(`Request ${index}: ${stampsMs.length} chunks told, ${truth?.sentMs.length ?? 'none'} sent`);
    for (const [k, atMs] of stampsMs.entries()) stamp.push(atMs - (truth.sentMs[k] ?? Number.NaN));
    const ours = timesOf(startMs, stampsMs, tokensPerChunk);
    const real = timesOf(truth.receivedMs, truth.sentMs, tokensPerChunk);
    ttft.push(Math.abs(ours.ttftMs - real.ttftMs));
    tpot.push(Math.abs(ours.tpotMs - real.tpotMs));
    e2e.push(Math.abs(ours.e2eMs - real.e2eMs));
  }
  const minStampMs = stamp.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  return { stamp: spreadOf(stamp), ttft: spreadOf(ttft), tpot: spreadOf(tpot), e2e: spreadOf(e2e), minStampMs };
}

function timesOf(startMs: number, atMs: Float64Array, tokensPerChunk: number) {
  const first = atMs[0] ?? Number.NaN;
  const last = atMs.at(-1) ?? Number.NaN;
  const tokens = atMs.length * tokensPerChunk;
  return { ttftMs: first - startMs, tpotMs: (last - first) / (tokens - 1), e2eMs: last - startMs };
}

function spreadOf(values: readonly number[]): Spread {
  const at = (p: number): number => {
    const value = quantile(values, p);
    if (value === null || Number.isNaN(value)) throw new Error('An instant is missing');
    return value;
  };
  return { n: values.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}
