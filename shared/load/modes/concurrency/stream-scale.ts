import type { LoadScale } from '../load-mode.ts';

/** The scale of closed loops and rounds: a number of streams. */
export const streamScale: LoadScale = {
  name: 'concurrency',
  heading: 'Concurrency',
  column: 'concurrency',
  axis: 'concurrent requests',
  read: ({ concurrency }) => concurrency,
  format: String,
  label: String,
  describe: (value) => `concurrency ${value}`,
  count: (value) => `${value} ${value === 1 ? 'stream' : 'streams'}`,
  describeStage: ({ concurrency }, ramp) =>
    `at concurrency ${concurrency ?? 'unknown'}${ramp === '' ? '' : `, reached${ramp}`}`,
};
