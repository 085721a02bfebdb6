/** Imports between siblings that break a rule of the house, each as `from -> to`. The list may only shrink, to nothing. */
export const knownImports: readonly string[] = [
  'shared/metrics/read-recorded-metrics.ts -> shared/metrics/request-metrics.ts',
];

/** Folders with more than 25 files of their own. */
export const knownCrowds: readonly string[] = [];
