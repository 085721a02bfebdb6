import { listMeasuredIndices } from '../../shared/plan/plan-run.ts';
import type { Prompt } from '../../shared/workload/prompt.ts';
import { buildPrompt, getWorkloadKind } from '../../shared/workload/workload.ts';
import type { ClaimedBatch } from './claim-batch.ts';

export type OpenConversations = {
  held: HeldConversations;
  /** Number of requests that can be sent. */
  count: number;
  /** Number of turns that can be sent before any has an answer. */
  ahead: number;
  /** Turns whose history is lost with an earlier attempt, because answers are not stored. */
  lost: number[];
};

/**
 * Opens the live conversations of a batch attempt; null if prompts contain no answers. A conversation that an earlier
 * attempt has started cannot continue, so its remaining turns are lost.
 */
export function openConversations({ run, stage, batch, doneIndices }: ClaimedBatch): OpenConversations | null {
  const { workload, seed } = run.spec;
  const live = getWorkloadKind(workload).findLive?.(workload) ?? null;
  if (live === null) return null;
  const countTurns = (conversationIndex: number) => live.countTurns(seed, conversationIndex);
  const all = cutConversations(countTurns, stage.promptOffset, listMeasuredIndices(batch));
  const isBegun = ({ indices }: LiveConversation) => indices.some((index) => doneIndices.has(index));
  const fresh = all.filter((conversation) => !isBegun(conversation));
  const begun = all.filter(isBegun).flatMap(({ indices }) => indices);
  const lost = begun.filter((index) => !doneIndices.has(index));
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
 * Cuts the measured requests of a batch into consecutive live conversations. The last one ends with the batch, so that
 * no conversation is on two workers.
 * @param promptOffset run-wide number of the stage's request 0, which gives each level its own conversations
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

/** A live conversation: the run-wide number of its first request, and the indices of its turns, in order. */
export type LiveConversation = { conversationIndex: number; indices: readonly number[] };

export type LiveTurn = { index: number; prompt: Prompt };

export type HeldConversations = ReturnType<typeof holdConversations>;

type Builders = {
  first(conversationIndex: number): Prompt;
  following(prior: Prompt, answer: string): Prompt;
};
type Open = { indices: readonly number[]; position: number; build: () => Prompt; prompt: Prompt | null };

/**
 * Runs live conversations on N streams. Each stream holds one conversation, sends its next turn after the answer to the
 * last one, and then begins another.
 */
export function holdConversations(
  conversations: readonly LiveConversation[],
  streams: number,
  { first, following }: Builders,
) {
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
    /** Returns the next turn; null if it needs an answer first, or if all conversations are over. */
    next: (): LiveTurn | null => {
      const turn = ready.shift() ?? begin();
      const index = turn?.indices[turn.position];
      if (turn === null || index === undefined) return null;
      const prompt = turn.build();
      open.set(index, { ...turn, prompt });
      return { index, prompt };
    },
    isOver: () => held === 0 && begun === conversations.length,
    /**
     * Ends a turn. The next turn continues from its answer; without one (null or empty), the conversation ends.
     * @returns the indices of the turns that can no longer be sent
     */
    end: (index: number, answer: string | null): readonly number[] => {
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
