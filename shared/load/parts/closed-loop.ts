type ClosedStage = { concurrency: number; requests: number; durationMs: number | null };

export function listStageWidths({ stages }: { stages: readonly { concurrency: number; requests: number }[] }) {
  return stages.map(({ concurrency, requests }, index) => {
    return { pointer: `/load/stages/${index}/concurrency`, streams: concurrency, requests };
  });
}

/**
 * Estimates the duration of a closed loop in ms. Assumes waves of `concurrency` requests: first warm-up waves, then the
 * others. Also assumes that the last request starts before the stage's maximum duration ends.
 * @param waveMs time between the starts of two waves, in ms
 * @param rampMs time in ms during which the streams start one after the other; on average, half of them are open
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
