import { measuredIndices } from '../../shared/plan/plan.ts';
import { buildPrompt, getWorkloadKind } from '../../shared/workload/workload.ts';
import type { ClaimedBatch } from './claim-batch.ts';
import { type HeldConversations, holdConversations, type LiveConversation } from './hold-conversations.ts';

export type OpenConversations = {
  held: HeldConversations;
  /** Requests of the conversations that can be asked. */
  count: number;
  /** Turns that can be asked before any has been answered. */
  ahead: number;
  /** Turns whose history went with an earlier attempt: answers are not stored. */
  lost: number[];
};

/**
 * The live conversations that a batch attempt asks; null where prompts carry no answers. One that an earlier attempt broke
 * off in the middle cannot go on: what is left of it is lost. One that has no turn yet is asked from its first.
 */
export function openConversations({ run, stage, batch, doneIndices }: ClaimedBatch): OpenConversations | null {
  const { workload, seed } = run.spec;
  const live = getWorkloadKind(workload).findLive?.(workload) ?? null;
  if (live === null) return null;
  const countTurns = (conversationIndex: number) => live.countTurns(seed, conversationIndex);
  const all = cutConversations(countTurns, stage.promptOffset, measuredIndices(batch));
  const isBegun = (indices: readonly number[]) => indices.some((index) => doneIndices.has(index));
  const fresh = all.filter(({ indices }) => !isBegun(indices));
  const lost = all
    .filter(({ indices }) => isBegun(indices))
    .flatMap(({ indices }) => indices.filter((index) => !doneIndices.has(index)));
  return {
    held: holdConversations(fresh, batch.concurrency, {
      first: (conversationIndex) => buildPrompt(workload, seed, 'measured', conversationIndex),
      following: (prior, answer) => live.buildNext(seed, prior, answer),
    }),
    count: fresh.reduce((sum, { indices }) => sum + indices.length, 0),
    ahead: Math.min(batch.concurrency, fresh.length),
    lost,
  };
}

/**
 * Cuts the measured requests of a batch into live conversations, one after another: a function of (workload, seed, plan)
 * alone. The last one ends with the batch, so that no conversation has turns on two workers.
 * @param promptOffset run-wide number of the stage's request 0: the conversations of other levels are others
 */
export function cutConversations(
  countTurns: (conversationIndex: number) => number,
  promptOffset: number,
  indices: readonly number[],
): LiveConversation[] {
  const conversations: LiveConversation[] = [];
  for (let from = 0; from < indices.length; ) {
    const conversationIndex = promptOffset + (indices[from] ?? 0);
    const to = from + countTurns(conversationIndex);
    conversations.push({ conversationIndex, indices: indices.slice(from, to) });
    from = to;
  }
  return conversations;
}
