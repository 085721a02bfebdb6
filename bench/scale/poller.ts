/**
 * How a queue's event source grows the number of invocations that it keeps running. In words: AWS's developer guide for
 * Lambda, "Configuring scaling behavior for SQS event source mappings", as of November 2025.
 */
export type Poller = {
  /** Invocations that may run at once when the first message comes. */
  initial: number;
  /** Further ones a minute, for as long as messages wait. */
  addedPerMinute: number;
  /** Most at one time. */
  most: number;
  /** The guide says how many are added in a minute, not when in it: spread evenly, or all at its end (the worst case). */
  growth: 'even' | 'each-minute';
};

/** Standard mode: five batches at a time, up to 300 more a minute, 1,250 at most; a cap of the mapping can be 1,000. */
export function standardPoller(maxConcurrency: number, growth: Poller['growth'] = 'each-minute'): Poller {
  return { initial: Math.min(5, maxConcurrency), addedPerMinute: 300, most: Math.min(1_250, maxConcurrency), growth };
}

const invocationsPerPoller = 10;

/** Provisioned mode: `min` pollers stand ready with ten invocations each; up to 1,000 invocations more a minute. */
export function provisionedPoller(
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

/** Invocations that may run at once, `elapsedMs` after the first message came. */
export function invocationLimit({ initial, addedPerMinute, most, growth }: Poller, elapsedMs: number): number {
  const minutes = Math.max(0, elapsedMs) / 60_000;
  const added = growth === 'even' ? Math.floor(minutes * addedPerMinute) : Math.floor(minutes) * addedPerMinute;
  return Math.min(most, initial + added);
}

/** When the limit next grows; null: never again. */
export function nextGrowthMs(poller: Poller, elapsedMs: number): number | null {
  const limit = invocationLimit(poller, elapsedMs);
  if (limit >= poller.most || poller.addedPerMinute === 0) return null;
  if (poller.growth === 'each-minute') return (Math.floor(elapsedMs / 60_000) + 1) * 60_000;
  // Rounded up to a whole millisecond, at which the one more is surely there.
  return Math.ceil(((limit - poller.initial + 1) * 60_000) / poller.addedPerMinute) + 1;
}
