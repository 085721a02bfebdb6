import type { TraceForm } from '../dataset-form.ts';

/** The BurstGPT trace. Its times are seconds. A row with 0 response tokens is a request that failed. */
export const burstgpt: TraceForm = {
  kind: 'trace',
  title: 'BurstGPT',
  example: 'Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type',
  columns: { atMs: 'Timestamp', inputTokens: 'Request tokens', outputTokens: 'Response tokens' },
  marks: [['Request tokens', 'Response tokens']],
  timeUnit: 's',
  omitsEmpty: true,
};
