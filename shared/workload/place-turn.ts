import type { Workload } from '../domain/run-spec.ts';
import { drawTokenCount } from './draw-token-count.ts';
import type { PromptKind } from './prompt.ts';
import { seededRandom } from './seeded-random.ts';

type ConversationWorkload = Extract<Workload, { kind: 'conversation' }>;

/** Both count from 0. */
export type Place = { conversation: number; turn: number };

/** `conversationsAtOnce` conversations that take turns: first the first turn of each, then the second of those that have one. */
type Group = { firstNumber: number; requests: number; turns: Uint8Array };

/** Groups in order, as far as they were needed; drawn from (workload, seed, kind) alone, so that keeping them changes nothing. */
const groupsKept = new WeakMap<ConversationWorkload, Map<string, Group[]>>();

/** Which turn of which conversation a request is. */
export function placeTurn(workload: ConversationWorkload, seed: number, kind: PromptKind, number: number): Place {
  const groups = keptGroups(workload, `${kind}/${seed}`);
  let last = groups.at(-1);
  while (last === undefined || number >= last.firstNumber + last.requests) {
    last = drawGroup(workload, seed, kind, groups.length, last === undefined ? 0 : last.firstNumber + last.requests);
    groups.push(last);
  }
  const index = groupOf(groups, number);
  const group = groups[index];
  if (group === undefined) throw new RangeError(`${number} is no number of a request`);
  const { within, turn } = placeWithin(group.turns, number - group.firstNumber);
  return { conversation: index * workload.conversationsAtOnce + within, turn };
}

/** How many turns a conversation has. */
export function countTurns(
  workload: ConversationWorkload,
  seed: number,
  kind: PromptKind,
  conversation: number,
): number {
  const { turns } = workload;
  return turns.distribution === 'fixed'
    ? turns.value
    : drawTokenCount(turns, seededRandom(seed, 'turns', kind, conversation));
}

function keptGroups(workload: ConversationWorkload, key: string): Group[] {
  const byKey = groupsKept.get(workload) ?? new Map<string, Group[]>();
  groupsKept.set(workload, byKey);
  const groups = byKey.get(key) ?? [];
  byKey.set(key, groups);
  return groups;
}

function drawGroup(
  workload: ConversationWorkload,
  seed: number,
  kind: PromptKind,
  group: number,
  firstNumber: number,
): Group {
  const first = group * workload.conversationsAtOnce;
  const turns = Uint8Array.from({ length: workload.conversationsAtOnce }, (_, within) =>
    countTurns(workload, seed, kind, first + within),
  );
  return { firstNumber, requests: turns.reduce((sum, count) => sum + count, 0), turns };
}

/** The last group that begins at or before the number. */
function groupOf(groups: readonly Group[], number: number): number {
  let low = 0;
  let high = groups.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((groups[middle]?.firstNumber ?? 0) <= number) low = middle;
    else high = middle - 1;
  }
  return low;
}

function placeWithin(turns: Uint8Array, rank: number): { within: number; turn: number } {
  let left = rank;
  for (let turn = 0; ; turn++) {
    const going = turns.reduce((sum, count) => sum + Number(count > turn), 0);
    if (going === 0) throw new RangeError(`a group has no request ${rank}`);
    if (left < going) {
      for (let within = 0; within < turns.length; within++)
        if ((turns[within] ?? 0) > turn && left-- === 0) return { within, turn };
    }
    left -= going;
  }
}
