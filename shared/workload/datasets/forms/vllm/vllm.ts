import type { TraceForm } from '../dataset-form.ts';
import { mooncake } from '../mooncake/mooncake.ts';

/** The timed traces of `vllm bench serve`. Columns are those of Mooncake, but times are seconds. */
export const vllm: TraceForm = {
  ...mooncake,
  title: 'vLLM timed trace',
  example: '{"timestamp": 0.25, "input_length": 550, "output_length": 150, "hash_ids": [0, 1]}',
  timeUnit: 's',
};
