import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countTurns, placeTurn } from '../../../../../shared/workload/kinds/conversation/place-turn.ts';
import { conversationWorkload } from '../../conversation-workload.ts';

type Turns = ReturnType<typeof conversationWorkload>['turns'];

const turnsArbitrary = fc.oneof(
  fc.integer({ min: 1, max: 8 }).map((value): Turns => ({ distribution: 'fixed', value })),
  fc.constant<Turns>({ distribution: 'uniform', min: 1, max: 7 }),
  fc.constant<Turns>({ distribution: 'empirical', values: [1, 2, 50], weights: [3, 2, 1] }),
);

describe('placeTurn', () => {
  test('assigns every turn to exactly one request, in the order of the conversation', () => {
    fc.assert(
      fc.property(turnsArbitrary, fc.integer({ min: 1, max: 9 }), fc.nat(1_000), (turns, conversationsAtOnce, seed) => {
        const workload = conversationWorkload({ turns, conversationsAtOnce });
        const next = new Map<number, number>();
        for (let number = 0; number < 300; number++) {
          const { conversationIndex, turn } = placeTurn(workload, seed, 'measured', number);
          expect(turn).toBe(next.get(conversationIndex) ?? 0);
          next.set(conversationIndex, turn + 1);
        }
        // If the lane has started its next conversation, this one is complete.
        for (const conversationIndex of next.keys())
          if (next.has(conversationIndex + conversationsAtOnce))
            expect(next.get(conversationIndex)).toBe(countTurns(workload, seed, 'measured', conversationIndex));
      }),
      { numRuns: 60 },
    );
  });

  test('does not depend on the order of calls or the process', () => {
    const workload = conversationWorkload({ turns: { distribution: 'uniform', min: 1, max: 6 } });
    const numbers = Array.from({ length: 1_000 }, (_, number) => number);
    const inOrder = numbers.map((number) => placeTurn(workload, 5, 'measured', number));
    const afresh = structuredClone(workload);
    expect(numbers.toReversed().map((number) => placeTurn(afresh, 5, 'measured', number))).toEqual(
      inOrder.toReversed(),
    );
  });

  test('has conversationsAtOnce requests from one turn to the next', () => {
    fc.assert(
      fc.property(turnsArbitrary, fc.integer({ min: 1, max: 20 }), fc.nat(100), (turns, conversationsAtOnce, seed) => {
        const workload = conversationWorkload({ turns, conversationsAtOnce });
        for (let number = 0; number < 100; number++) {
          const { conversationIndex, turn } = placeTurn(workload, seed, 'measured', number);
          const later = placeTurn(workload, seed, 'measured', number + conversationsAtOnce);
          const continues = turn + 1 < countTurns(workload, seed, 'measured', conversationIndex);
          expect(later).toEqual(
            continues
              ? { conversationIndex, turn: turn + 1 }
              : { conversationIndex: conversationIndex + conversationsAtOnce, turn: 0 },
          );
        }
      }),
      { numRuns: 30 },
    );
  });

  test('draws turn counts from the distribution', () => {
    const workload = conversationWorkload({ turns: { distribution: 'empirical', values: [1, 3], weights: [3, 1] } });
    const counts = Array.from({ length: 4_000 }, (_, conversationIndex) =>
      countTurns(workload, 9, 'measured', conversationIndex),
    );
    expect(counts.filter((count) => count === 3).length / 4_000).toBeCloseTo(0.25, 1);
    expect(new Set(counts)).toEqual(new Set([1, 3]));
  });
});
