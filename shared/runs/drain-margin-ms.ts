/** Time that a worker reserves after the last request timeout to store results and hand over. */
export const drainMarginMs = 15_000;
