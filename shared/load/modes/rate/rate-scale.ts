import type { LoadScale } from '../load-mode.ts';

/** Rounds a rate to six digits, because a trace's mean rate can have any number of digits. */
const format = (perSecond: number) => String(Number(perSecond.toPrecision(6)));
const label = (perSecond: number) => `${format(perSecond)}/s`;

/** The scale of open loops: a rate in requests per second. */
export const rateScale: LoadScale = {
  name: 'request rate',
  heading: 'Target rate, requests/s',
  column: 'rate',
  axis: 'target rate, requests/s',
  read: ({ requestsPerSecond }) => requestsPerSecond,
  format,
  label,
  describe: label,
  count: (value) => `${value} ${value === 1 ? 'request/s' : 'requests/s'}`,
  describeStage: ({ requestsPerSecond, fromRequestsPerSecond }, ramp) => {
    const rate = label(requestsPerSecond ?? 0);
    return ramp === '' ? `at ${rate}` : `from ${label(fromRequestsPerSecond ?? 0)} to ${rate}${ramp}`;
  },
};
