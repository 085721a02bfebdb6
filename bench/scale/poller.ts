/**
 * Scaling of a queue's event source. Source: AWS Lambda developer guide, "Configuring scaling behavior for SQS event source
 * mappings", November 2025.
 */
export type Poller = {
  /** Maximum concurrent invocations at the first message. */
  initial: number;
  /** Increase per minute while messages wait. */
  addedPerMinute: number;
  /** Final maximum. */
  most: number;
  /** Whether the increase is even or at the end of each minute (the worst case). The guide does not say which. */
  growth: 'even' | 'each-minute';
};

/** Creates a poller in standard mode: 5 concurrent batches, up to 300 more per minute, at most 1,250. */
export function createStandardPoller(maxConcurrency: number, growth: Poller['growth'] = 'each-minute'): Poller {
  return { initial: Math.min(5, maxConcurrency), addedPerMinute: 300, most: Math.min(1_250, maxConcurrency), growth };
}

const invocationsPerPoller = 10;

/** Creates a poller in provisioned mode: `min` pollers with 10 invocations each, up to 1,000 invocations more per minute. */
export function createProvisionedPoller(
  pollers: { min: number; max: number },
  growth: Poller['growth'] = 'each-minute',
): Poller {
  return {
    initial: pollers.min * invocationsPerPoller,
    addedPerMinute: 1_000,
    most: pollers.max * invocationsPerPoller,
    growth,
  };
}

/** Computes the maximum concurrent invocations `elapsedMs` after the first message. */
export function computeInvocationLimit({ initial, addedPerMinute, most, growth }: Poller, elapsedMs: number): number {
  const minutes = Math.max(0, elapsedMs) / 60_000;
  const added = growth === 'even' ? Math.floor(minutes * addedPerMinute) : Math.floor(minutes) * addedPerMinute;
  return Math.min(most, initial + added);
}

/** Computes the time of the next increase. Returns null after the last increase. */
export function computeNextGrowthMs(poller: Poller, elapsedMs: number): number | null {
  const limit = computeInvocationLimit(poller, elapsedMs);
  if (limit >= poller.most || poller.addedPerMinute === 0) return null;
  if (poller.growth === 'each-minute') return (Math.floor(elapsedMs / 60_000) + 1) * 60_000;
  // Rounds up to a whole millisecond after the increase.
  return Math.ceil(((limit - poller.initial + 1) * 60_000) / poller.addedPerMinute) + 1;
}
