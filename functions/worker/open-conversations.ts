import { listMeasuredIndices } from '../../shared/plan/plan-run.ts';
import { runInSlices } from '../../shared/time-slices.ts';
import type { Prompt } from '../../shared/workload/prompt.ts';
import { buildPromptInSteps, getWorkloadKind } from '../../shared/workload/workload.ts';
import type { ClaimedBatch } from './claim-batch.ts';

export type OpenConversations = {
  held: HeldConversations;
  /** Total number of requests in the conversations that this attempt runs. */
  count: number;
  /** Number of requests that can be sent before any answer arrives. */
  ahead: number;
  /** Turns that cannot be sent: they need an answer that an earlier attempt received but did not store. */
  lost: number[];
};

/**
 * Opens the conversations of an attempt. Returns null if prompts contain no model answers. A conversation that an
 * earlier attempt began cannot continue, so its remaining turns are never sent.
 * @param loss aborts when the lease is lost
 */
export function openConversations(
  { run, stage, batch, doneIndices }: ClaimedBatch,
  loss: AbortSignal,
): OpenConversations | null {
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
      first: (number) => runInSlices(buildPromptInSteps(workload, { seed, kind: 'measured', number }, null), loss),
      following: (prior, answer) => runInSlices(live.buildNext(seed, prior, answer), loss),
    }),
    count: fresh.reduce((sum, { indices }) => sum + indices.length, 0),
    ahead: Math.min(batch.concurrency, fresh.length),
    lost,
  };
}

/**
 * Divides the requests of a batch into conversations. The end of the batch cuts off the last conversation, so that each
 * conversation belongs to a single worker.
 * @param promptOffset position of the stage's first prompt in the run; each load level has its own conversations
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

/** A conversation that contains the model's answers: its run-wide number and the indices of its requests in order. */
export type LiveConversation = { conversationIndex: number; indices: readonly number[] };

export type LiveTurn = { index: number; prompt: Prompt };

export type HeldConversations = ReturnType<typeof holdConversations>;

type Open = { indices: readonly number[]; position: number; build: () => Promise<Prompt>; prompt: Prompt | null };

/**
 * Runs conversations on N concurrent streams. A stream sends the turns of one conversation one after another, each
 * after the previous answer, and then begins another conversation.
 */
export function holdConversations(
  conversations: readonly LiveConversation[],
  streams: number,
  builders: {
    first(conversationIndex: number): Promise<Prompt>;
    following(prior: Prompt, answer: string): Promise<Prompt>;
  },
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
    const { conversationIndex, indices } = conversation;
    return { indices, position: 0, build: () => builders.first(conversationIndex), prompt: null };
  };
  return {
    /** Returns the next turn to send; null if it must wait for an answer, or if all conversations have ended. */
    next: async (): Promise<LiveTurn | null> => {
      const turn = ready.shift() ?? begin();
      const index = turn?.indices[turn.position];
      if (turn === null || index === undefined) return null;
      const prompt = await turn.build();
      open.set(index, { ...turn, prompt });
      return { index, prompt };
    },
    isOver: () => held === 0 && begun === conversations.length,
    /**
     * Ends a turn. The next turn continues from the given answer. A null or empty answer ends the conversation.
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
      ready.push({ indices, position: position + 1, build: () => builders.following(prompt, answer), prompt: null });
      return [];
    },
  };
}
