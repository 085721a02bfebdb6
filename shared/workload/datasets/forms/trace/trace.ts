import type { TraceForm } from '../dataset-form.ts';

/** Our own form of traces. */
export const trace: TraceForm = {
  kind: 'trace',
  title: 'Tokenmeter trace',
  example: '{"atMs": 0, "inputTokens": 550, "outputTokens": 150}',
  columns: { atMs: 'atMs', inputTokens: 'inputTokens', outputTokens: 'outputTokens', blockIds: 'blockIds' },
  marks: [
    ['atMs', 'inputTokens'],
    ['atMs', 'outputTokens'],
    ['inputTokens', 'outputTokens'],
  ],
  timeUnit: 'ms',
  omitsEmpty: false,
};
