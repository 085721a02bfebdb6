import type { TraceForm } from '../dataset-form.ts';
import { mooncake } from '../mooncake/mooncake.ts';

/** The Qwen-Bailian usage traces. Columns are those of Mooncake and more, times are seconds, blocks have 16 tokens. */
export const qwenBailian: TraceForm = {
  ...mooncake,
  title: 'Qwen-Bailian',
  example:
    '{"chat_id": 159, "parent_chat_id": -1, "timestamp": 61.1, "input_length": 521, "output_length": 12, "turn": 1}',
  marks: [
    ['chat_id', 'timestamp'],
    ['parent_chat_id', 'timestamp'],
  ],
  timeUnit: 's',
  blockTokens: 16,
};
