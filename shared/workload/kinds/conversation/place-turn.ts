import { drawTokenCount } from '../../distributions/draw-token-count.ts';
import { seededRandom } from '../../distributions/seeded-random.ts';
import type { PromptKind } from '../../prompt.ts';
import type { ConversationWorkload } from './conversation-schema.ts';

/** Both count from 0. */
export type Place = { conversationIndex: number; turn: number };

/**
 * Of each lane, where each of its conversations ends, as far as that was needed; drawn from (workload, seed, kind) alone,
 * so that keeping it changes nothing.
 */
const laneEndsKept = new WeakMap<ConversationWorkload, Map<string, number[]>>();

/**
 * Which turn of which conversation a request is. Requests go round `conversationsAtOnce` lanes, and a lane has one
 * conversation after another: so each turn comes exactly that many requests after the one before it.
 */
export function placeTurn(workload: ConversationWorkload, seed: number, kind: PromptKind, number: number): Place {
  const lanes = workload.conversationsAtOnce;
  const lane = number % lanes;
  const position = Math.floor(number / lanes);
  const conversationAt = (nth: number) => lane + lanes * nth;
  const ends = keptEnds(workload, `${kind}/${seed}/${lane}`);
  for (let end = ends.at(-1) ?? 0; end <= position; ends.push(end))
    end += countTurns(workload, seed, kind, conversationAt(ends.length));
  const nth = firstAbove(ends, position);
  return { conversationIndex: conversationAt(nth), turn: position - (ends[nth - 1] ?? 0) };
}

/** How many turns a conversation has. */
export function countTurns(
  workload: ConversationWorkload,
  seed: number,
  kind: PromptKind,
  conversationIndex: number,
): number {
  const { turns } = workload;
  return turns.distribution === 'fixed'
    ? turns.value
    : drawTokenCount(turns, seededRandom(seed, 'turns', kind, conversationIndex));
}

function keptEnds(workload: ConversationWorkload, key: string): number[] {
  const byKey = laneEndsKept.get(workload) ?? new Map<string, number[]>();
  laneEndsKept.set(workload, byKey);
  const ends = byKey.get(key) ?? [];
  byKey.set(key, ends);
  return ends;
}

/** Index of the first of the ascending numbers that is above the value. */
function firstAbove(numbers: readonly number[], value: number): number {
  let low = 0;
  let high = numbers.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
