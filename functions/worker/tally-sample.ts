import { countBilledTokens } from '../../shared/cost/tally-bills.ts';
import { computeRequestMetric } from '../../shared/metrics/request-metrics.ts';
import { type BatchTally, mergeTallies, noTally } from '../../shared/records/batch-tally.ts';
import type { Sample } from '../../shared/sample/sample.ts';

/** Adds one sample to the tally of its batch. Returns a new tally. */
export function addToTally(tally: BatchTally, sample: Sample): BatchTally {
  if (sample.outcome === 'not_sent') return tally;
  const { source: _, ...billed } = countBilledTokens(sample) ?? { ...noTally.billed, source: null };
  const isMeasured = sample.outcome === 'ok' && !sample.warmup && !sample.disturbed;
  return mergeTallies(tally, { ...noTally, ...(isMeasured ? measure(sample) : {}), billed });
}

function measure(sample: Sample): Omit<BatchTally, 'billed'> {
  const { originWallMs, startMs, endMs, outputTokens } = sample;
  const ttftMs = computeRequestMetric(sample, 'ttftMs');
  const toWallMs = (ms: number | null) => (originWallMs === null || ms === null ? null : originWallMs + ms);
  return {
    ttftCount: ttftMs === null ? 0 : 1,
    ttftSumMs: ttftMs ?? 0,
    outputTokens: outputTokens ?? 0,
    firstStartAtMs: toWallMs(startMs),
    lastEndAtMs: toWallMs(endMs),
  };
}
