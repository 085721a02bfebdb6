type ClosedStage = { concurrency: number; requests: number; durationMs: number | null };

export function listStageWidths({ stages }: { stages: readonly { concurrency: number; requests: number }[] }) {
  return stages.map(({ concurrency, requests }, index) => {
    return { pointer: `/load/stages/${index}/concurrency`, streams: concurrency, requests };
  });
}

/**
 * Estimates the duration of a closed loop as waves of `concurrency` requests after warm-up waves of the same width. The
 * duration of the stage bounds the start of the last request.
 * @param waveMs time between the starts of two waves
 * @param rampMs time over which the streams start, during which half of them are open on average
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
