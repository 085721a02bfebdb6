import type { Workload } from '../../../shared/workload/workload.ts';

type ConversationWorkload = Extract<Workload, { kind: 'conversation' }>;

/** Creates the default conversation workload with changes. */
export function conversationWorkload(changes: Partial<ConversationWorkload> = {}): ConversationWorkload {
  return {
    kind: 'conversation',
    turns: { distribution: 'fixed', value: 4 },
    history: 'scripted',
    conversationsAtOnce: 64,
    inputTokens: { distribution: 'normal', mean: 200, stddev: 50 },
    outputTokens: { distribution: 'normal', mean: 100, stddev: 20 },
    checksum: true,
    cache: 'cold',
    ...changes,
  };
}
