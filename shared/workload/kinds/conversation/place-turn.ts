import { drawTokenCount, findFirstAbove } from '../../distributions/draw-token-count.ts';
import { seededRandom } from '../../distributions/seeded-random.ts';
import type { PromptKind } from '../../prompt.ts';
import type { ConversationWorkload } from './conversation-schema.ts';

/** The position of a request. Both numbers start at 0. */
export type Place = { conversationIndex: number; turn: number };

/** The ends of the conversations of each lane, as far as needed. A cache: they depend only on workload, seed and kind. */
const laneEndsKept = new WeakMap<ConversationWorkload, Map<string, number[]>>();

/**
 * Finds the conversation and turn of a request. Requests alternate between `conversationsAtOnce` lanes, and each lane has
 * one conversation after another. Thus the next turn follows exactly that many requests later.
 */
export function placeTurn(workload: ConversationWorkload, seed: number, kind: PromptKind, number: number): Place {
  const lanes = workload.conversationsAtOnce;
  const lane = number % lanes;
  const position = Math.floor(number / lanes);
  const conversationAt = (nth: number) => lane + lanes * nth;
  const ends = keepEnds(workload, `${kind}/${seed}/${lane}`);
  for (let end = ends.at(-1) ?? 0; end <= position; ends.push(end))
    end += countTurns(workload, seed, kind, conversationAt(ends.length));
  const nth = findFirstAbove(ends, position);
  return { conversationIndex: conversationAt(nth), turn: position - (ends[nth - 1] ?? 0) };
}

/** Returns the number of turns of a conversation. */
export function countTurns(
  { turns }: ConversationWorkload,
  seed: number,
  kind: PromptKind,
  conversationIndex: number,
): number {
  if (turns.distribution === 'fixed') return turns.value;
  return drawTokenCount(turns, seededRandom(seed, 'turns', kind, conversationIndex));
}

function keepEnds(workload: ConversationWorkload, key: string): number[] {
  const byKey = laneEndsKept.get(workload) ?? new Map<string, number[]>();
  laneEndsKept.set(workload, byKey);
  const ends = byKey.get(key) ?? [];
  byKey.set(key, ends);
  return ends;
}
