type ClosedStage = { concurrency: number; requests: number; durationMs: number | null };

/** Lists where the stages of a closed loop ask for streams. */
export function listStageWidths({ stages }: { stages: readonly { concurrency: number; requests: number }[] }) {
  return stages.map(({ concurrency, requests }, index) => {
    return { pointer: `/load/stages/${index}/concurrency`, streams: concurrency, requests };
  });
}

/**
 * Estimates a stage whose streams each wait for their answer: waves of `concurrency`, after the warm-up in waves of the same
 * width. The stage's own duration bounds when its last request starts.
 * @param waveMs from the start of one wave to the start of the next
 * @param rampMs how long the streams take to start, half of which they are open on average
 */
export function estimateWavesMs(
  { concurrency, requests, durationMs }: ClosedStage,
  warmup: number,
  e2eMs: number,
  { waveMs = e2eMs, rampMs = 0 },
): number {
  const width = Math.min(concurrency, requests);
  const lastStartMs = rampMs / 2 + (Math.ceil(requests / width) - 1) * waveMs;
  return Math.ceil(warmup / width) * e2eMs + Math.min(lastStartMs, durationMs ?? Number.POSITIVE_INFINITY) + e2eMs;
}
