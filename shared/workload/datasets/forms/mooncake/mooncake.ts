import type { TraceForm } from '../dataset-form.ts';

/** The traces that Mooncake published. Times are milliseconds, and each block has 512 tokens. */
export const mooncake: TraceForm = {
  kind: 'trace',
  title: 'Mooncake',
  example: '{"timestamp": 0, "input_length": 6758, "output_length": 500, "hash_ids": [0, 1]}',
  columns: { atMs: 'timestamp', inputTokens: 'input_length', outputTokens: 'output_length', blockIds: 'hash_ids' },
  marks: [
    ['timestamp', 'input_length'],
    ['timestamp', 'output_length'],
    ['input_length', 'output_length'],
  ],
  timeUnit: 'ms',
  omitsEmpty: true,
};
