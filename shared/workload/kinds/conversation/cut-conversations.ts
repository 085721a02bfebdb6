import type { Workload } from '../../../spec/run-spec.ts';
import { countTurns } from './place-turn.ts';

/** A live conversation: its number in the run, which is that of its first request, and the indices of its turns, in order. */
export type LiveConversation = { conversationIndex: number; indices: readonly number[] };

/**
 * Cuts the measured requests of a batch into live conversations, one after another: a function of (workload, seed, plan)
 * alone. The last one ends with the batch, so that no conversation has turns on two workers.
 * @param promptOffset run-wide number of the stage's request 0: the conversations of other levels are others
 */
export function cutConversations(
  workload: Extract<Workload, { kind: 'conversation' }>,
  seed: number,
  promptOffset: number,
  indices: readonly number[],
): LiveConversation[] {
  const conversations: LiveConversation[] = [];
  for (let from = 0; from < indices.length; ) {
    const conversationIndex = promptOffset + (indices[from] ?? 0);
    const to = from + countTurns(workload, seed, 'measured', conversationIndex);
    conversations.push({ conversationIndex, indices: indices.slice(from, to) });
    from = to;
  }
  return conversations;
}
