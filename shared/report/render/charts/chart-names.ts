/** Every chart of a report, in the order of its page. What is not here is neither drawn nor served. */
export const chartNames = [
  'comparison',
  'requests-per-minute',
  'output-tokens-per-second',
  'ttft',
  'itl',
  'end-to-end',
  'cost',
  'ttft-input-tokens',
  'end-to-end-output-tokens',
  'ttft-distribution',
  'itl-distribution',
  'end-to-end-distribution',
  'timeline',
] as const;
export type ChartName = (typeof chartNames)[number];
