/** Left of a worker's time after its last request may have timed out: to store, to hand over. */
export const drainMarginMs = 15_000;
