import { measuredIndices } from '../../shared/plan/plan.ts';
import { buildPrompt } from '../../shared/workload/kinds/build-prompt.ts';
import { nextLivePrompt } from '../../shared/workload/kinds/conversation/build-conversation-prompt.ts';
import { cutConversations } from '../../shared/workload/kinds/conversation/cut-conversations.ts';
import type { ClaimedBatch } from './claim-batch.ts';
import { type HeldConversations, holdConversations } from './hold-conversations.ts';

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
  if (workload.kind !== 'conversation' || workload.history !== 'live') return null;
  const all = cutConversations(workload, seed, stage.promptOffset, measuredIndices(batch));
  const isBegun = (indices: readonly number[]) => indices.some((index) => doneIndices.has(index));
  const fresh = all.filter(({ indices }) => !isBegun(indices));
  const lost = all
    .filter(({ indices }) => isBegun(indices))
    .flatMap(({ indices }) => indices.filter((index) => !doneIndices.has(index)));
  return {
    held: holdConversations(fresh, batch.concurrency, {
      first: (conversationIndex) => buildPrompt(workload, seed, 'measured', conversationIndex),
      following: (prior, answer) => nextLivePrompt(workload, seed, prior, answer),
    }),
    count: fresh.reduce((sum, { indices }) => sum + indices.length, 0),
    ahead: Math.min(batch.concurrency, fresh.length),
    lost,
  };
}
