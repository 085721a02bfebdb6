/** Default tolerance of ratios: a ratio from 1 − this to 1 + this counts as the same. */
export const defaultTolerance = 0.05;

/**
 * Default tolerance of shares: a difference up to this counts as the same. The interval of two runs with 150 requests and
 * no errors is 2.5 points wide, so a smaller tolerance would always be inconclusive.
 */
export const defaultShareTolerance = 0.03;
