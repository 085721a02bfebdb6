import type { TraceForm } from '../dataset-form.ts';

/** The LLM inference traces that Azure published in 2023 and 2024. Their times are dates; copies can have numbers. */
export const azure: TraceForm = {
  kind: 'trace',
  title: 'Azure LLM inference trace',
  example: 'TIMESTAMP,ContextTokens,GeneratedTokens',
  columns: { atMs: 'TIMESTAMP', inputTokens: 'ContextTokens', outputTokens: 'GeneratedTokens' },
  marks: [['ContextTokens', 'GeneratedTokens']],
  timeUnit: null,
  omitsEmpty: true,
};
