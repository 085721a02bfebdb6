/** What counts as the same, where nobody says otherwise: of ratios, one from 1 − this to 1 + this. */
export const defaultTolerance = 0.05;

/**
 * Of shares, a difference up to this. The shares of two runs of 150 requests without an error are known to within 2.5 points, so
 * that a finer limit would leave every such pair inconclusive.
 */
export const defaultShareTolerance = 0.03;
