import { quantile } from '../../shared/stats/quantile.ts';
import type { Truth } from './reference-server.ts';
import type { Measurement } from './row.ts';

/** Quantiles of an error in ms. */
export type Spread = { n: number; p50: number; p99: number; max: number };

export type RowErrors = {
  /** Timestamp of a chunk minus its write. */
  stamp: Spread;
  /** |reported − true|. The true values start at the receipt of the request. */
  ttft: Spread;
  tpot: Spread;
  e2e: Spread;
  /** Smallest timestamp error. A negative value means that the clocks differ. */
  minStampMs: number;
};

/**
 * Compares a subject's records with the server's log, for each request and each chunk.
 * @throws Error if a request, a chunk, or a time is missing on either side
 */
export function compareWithTruth(
  { told }: Pick<Measurement, 'told'>,
  log: ReadonlyMap<number, Truth>,
  tokensPerChunk: number,
): RowErrors {
  if (told.length !== log.size)
    throw new Error(`The subject reported ${told.length} requests, but the server received ${log.size}.`);
  const stamp: number[] = [];
  const ttft: number[] = [];
  const tpot: number[] = [];
  const e2e: number[] = [];
  for (const { index, startMs, stampsMs } of told) {
    const truth = log.get(index);
    if (truth === undefined || truth.sentMs.length !== stampsMs.length)
      throw new Error(
        `Request ${index}: the subject reported ${stampsMs.length} chunks, but the server sent ${truth?.sentMs.length ?? 0}.`,
      );
    for (const [k, atMs] of stampsMs.entries()) stamp.push(atMs - (truth.sentMs[k] ?? Number.NaN));
    const ours = computeTimes(startMs, stampsMs, tokensPerChunk);
    const real = computeTimes(truth.receivedMs, truth.sentMs, tokensPerChunk);
    ttft.push(Math.abs(ours.ttftMs - real.ttftMs));
    tpot.push(Math.abs(ours.tpotMs - real.tpotMs));
    e2e.push(Math.abs(ours.e2eMs - real.e2eMs));
  }
  const minStampMs = stamp.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const spreads = { ttft: computeSpread(ttft), tpot: computeSpread(tpot), e2e: computeSpread(e2e) };
  return { stamp: computeSpread(stamp), ...spreads, minStampMs };
}

function computeTimes(startMs: number, atMs: Float64Array, tokensPerChunk: number) {
  const first = atMs[0] ?? Number.NaN;
  const last = atMs.at(-1) ?? Number.NaN;
  const tokens = atMs.length * tokensPerChunk;
  return { ttftMs: first - startMs, tpotMs: (last - first) / (tokens - 1), e2eMs: last - startMs };
}

function computeSpread(values: readonly number[]): Spread {
  const at = (p: number): number => {
    const value = quantile(values, p);
    if (value === null || Number.isNaN(value)) throw new Error('A time is missing.');
    return value;
  };
  return { n: values.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}
