import { listMeasuredIndices } from '../../shared/plan/plan-run.ts';
import type { Prompt } from '../../shared/workload/prompt.ts';
import { buildPrompt, getWorkloadKind } from '../../shared/workload/workload.ts';
import type { ClaimedBatch } from './claim-batch.ts';

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
  const all = cutConversations(countTurns, stage.promptOffset, listMeasuredIndices(batch));
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

/** A live conversation: its number in the run, which is that of its first request, and the indices of its turns, in order. */
export type LiveConversation = { conversationIndex: number; indices: readonly number[] };

export type LiveTurn = { index: number; prompt: Prompt };

export type HeldConversations = {
  /** The next turn that can be asked; null where that takes an answer first, or all is over. */
  next(): LiveTurn | null;
  /** Nothing is open, and nothing will be. */
  isOver(): boolean;
  /**
   * Ends a turn. The next turn continues from its answer; without one (null or empty), the conversation ends.
   * @returns the indices of the turns that can no longer be sent
   */
  end(index: number, answer: string | null): readonly number[];
};

type Builders = {
  first(conversationIndex: number): Prompt;
  following(prior: Prompt, answer: string): Prompt;
};
type Open = { indices: readonly number[]; position: number; build: () => Prompt; prompt: Prompt | null };

/**
 * Live conversations over so many streams: each stream holds one, asks its next turn once the last one has been answered, and
 * begins another where it is over. Turns are asked in order, and never two of a conversation at a time.
 */
export function holdConversations(
  conversations: readonly LiveConversation[],
  streams: number,
  { first, following }: Builders,
): HeldConversations {
  const ready: Open[] = [];
  const open = new Map<number, Open>();
  let begun = 0;
  let held = 0;

  const begin = (): Open | null => {
    const conversation = held < streams ? conversations[begun] : undefined;
    if (conversation === undefined) return null;
    begun += 1;
    held += 1;
    const { indices } = conversation;
    return { indices, position: 0, build: () => first(conversation.conversationIndex), prompt: null };
  };
  return {
    next: () => {
      const turn = ready.shift() ?? begin();
      const index = turn?.indices[turn.position];
      if (turn === null || index === undefined) return null;
      const prompt = turn.build();
      open.set(index, { ...turn, prompt });
      return { index, prompt };
    },
    isOver: () => held === 0 && begun === conversations.length,
    end: (index, answer) => {
      const turn = open.get(index);
      open.delete(index);
      if (turn === undefined || turn.prompt === null) return [];
      const { indices, position, prompt } = turn;
      const isLast = position + 1 === indices.length;
      if (isLast || answer === null || answer.trim() === '') {
        held -= 1;
        return indices.slice(position + 1);
      }
      ready.push({ indices, position: position + 1, build: () => following(prompt, answer), prompt: null });
      return [];
    },
  };
}
