import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cutConversations,
  holdConversations,
  type LiveConversation,
} from '../../../functions/worker/open-conversations.ts';
import { countTurns } from '../../../shared/workload/kinds/conversation/build-conversation-prompt.ts';
import type { Prompt } from '../../../shared/workload/prompt.ts';
import { conversationWorkload } from '../../shared/workload/conversation-workload.ts';

const makePrompt = (content: string): Prompt => ({
  messages: [{ role: 'user', content }],
  inputTokens: 1,
  maxOutputTokens: 1,
  expectedNumber: null,
  inputLines: null,
});
const builders = {
  first: async (conversationIndex: number) => makePrompt(`${conversationIndex}`),
  following: async ({ messages }: Prompt, answer: string) => makePrompt(`${messages[0]?.content} ${answer}`),
};

/**
 * Sends all turns, ends them at random, some without an answer, and returns the indices that ended or cannot be sent.
 */
async function askAll(
  conversations: readonly LiveConversation[],
  streams: number,
  draw: () => number,
): Promise<number[]> {
  const held = holdConversations(conversations, streams, builders);
  const open: { index: number; said: string }[] = [];
  const saidBefore = new Map(
    conversations.map(({ conversationIndex, indices }) => [indices[0] ?? -1, `${conversationIndex}`]),
  );
  const settled: number[] = [];
  while (!held.isOver()) {
    for (let turn = await held.next(); turn !== null; turn = await held.next()) {
      const said = turn.prompt.messages[0]?.content ?? '';
      expect(said).toBe(saidBefore.get(turn.index));
      open.push({ index: turn.index, said });
    }
    expect(open.length).toBeLessThanOrEqual(streams);
    const [ended] = open.splice(draw() % open.length, 1);
    if (ended === undefined) throw new Error('no turn is open, but conversations remain');
    const answer = draw() < 8 ? `a${ended.index}` : draw() < 5 ? null : ' ';
    const isFirst = saidBefore.has(ended.index + 1);
    if (!isFirst) saidBefore.set(ended.index + 1, `${ended.said} ${answer}`);
    settled.push(ended.index, ...held.end(ended.index, answer));
  }
  expect(open).toEqual([]);
  return settled;
}

describe('live conversations', () => {
  const workload = conversationWorkload({ history: 'live', turns: { distribution: 'uniform', min: 1, max: 6 } });

  test('cover a batch without gaps, are numbered by their first request, and end with the batch', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.nat(50), fc.integer({ min: 1, max: 60 }), fc.nat(9), (first, offset, count, seed) => {
        const indices = Array.from({ length: count }, (_, k) => first + k);
        const cut = cutConversations(
          (conversation) => countTurns(workload, seed, 'measured', conversation),
          offset,
          indices,
        );
        expect(cut.flatMap((each) => each.indices)).toEqual(indices);
        for (const { conversationIndex, indices: own } of cut) {
          expect(conversationIndex).toBe(offset + (own[0] ?? Number.NaN));
          expect(own.length).toBeLessThanOrEqual(6);
        }
      }),
    );
  });

  test('send each turn once or report it as impossible, in order, with the earlier answers, on at most N streams', async () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(
        lengths,
        fc.integer({ min: 1, max: 6 }),
        fc.infiniteStream(fc.nat(9)),
        async (turns, streams, draws) => {
          let next = 0;
          const conversations = turns.map((count, conversationIndex) => {
            const indices = Array.from({ length: count }, () => next++);
            return { conversationIndex, indices };
          });
          const settled = await askAll(conversations, streams, () => Number(draws.next().value));
          expect(settled.toSorted((a, b) => a - b)).toEqual(Array.from({ length: next }, (_, k) => k));
        },
      ),
    );
  });
});
