import studentQuantile from '@stdlib/stats-base-dists-t-quantile';

/**
 * The p-quantile of Student's t distribution.
 * @param degreesOfFreedom greater than 0
 */
export function tQuantile(p: number, degreesOfFreedom: number): number {
  return studentQuantile(p, degreesOfFreedom);
}
