import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkAnswer } from '../../../../../functions/worker/check-answer.ts';
import { runAtOnce } from '../../../../../shared/time-slices.ts';
import {
  buildNextLivePrompt,
  countTurns,
  placeTurn,
} from '../../../../../shared/workload/kinds/conversation/build-conversation-prompt.ts';
import type { Prompt } from '../../../../../shared/workload/prompt.ts';
import { countTokens } from '../../../../../shared/workload/tokenizers/count-tokens.ts';
import { buildPrompt, estimateTokens } from '../../../../../shared/workload/workload.ts';
import { countCases } from '../../../../support/test-form.ts';
import { conversationWorkload } from '../../conversation-workload.ts';

const build = (workload: ReturnType<typeof conversationWorkload>, number: number, seed = 117) =>
  buildPrompt(workload, seed, 'measured', number);
const countAll = ({ messages }: Prompt) => messages.reduce((sum, { content }) => sum + countTokens(content), 0);

describe('a live prompt', () => {
  const workload = conversationWorkload({ history: 'live', system: 'Be brief.' });

  test('is the first turn by its number, and includes all earlier turns after an answer', () => {
    fc.assert(
      fc.property(
        fc.nat(10_000),
        fc.array(fc.string({ minLength: 1, unit: 'binary' }), { maxLength: 4 }),
        (number, answers) => {
          let prompt = build(workload, number);
          expect(prompt).toMatchObject({ conversationIndex: number, turn: 1 });
          for (const [said, answer] of answers.entries()) {
            const prior = prompt;
            prompt = runAtOnce(buildNextLivePrompt(workload, 117, prior, answer));
            expect(prompt.messages.slice(0, -1)).toEqual([...prior.messages, { role: 'assistant', content: answer }]);
            expect(prompt).toMatchObject({ conversationIndex: number, turn: said + 2, inputTokens: countAll(prompt) });
            expect(prompt.requestedInputTokens).toBeUndefined();
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  test('has the user messages of the scripted conversation with the same number', () => {
    const scripted = conversationWorkload({ system: 'Be brief.', conversationsAtOnce: 1_000 });
    const first = build(workload, 3);
    expect(first.messages).toEqual(build(scripted, 3).messages);
    expect(runAtOnce(buildNextLivePrompt(workload, 117, first, 'x')).messages.at(-1)).toEqual(
      build(scripted, 1_003).messages.at(-1),
    );
  });
});

describe('a conversation prompt', () => {
  test('has exactly as many tokens as drawn for all its turns and scripted answers', () => {
    fc.assert(
      fc.property(
        fc.nat(100_000),
        fc.nat(2 ** 32 - 1),
        fc.boolean(),
        fc.constantFrom('cold' as const, 'warm' as const),
        fc.integer({ min: 1, max: 60 }),
        (number, seed, checksum, cache, value) => {
          const outputTokens = { distribution: 'uniform', min: value, max: value + 40 } as const;
          const prompt = build(conversationWorkload({ checksum, cache, outputTokens }), number, seed);
          expect(prompt.inputTokens).toBe(countAll(prompt));
          expect(prompt.requestedInputTokens).toBe(prompt.inputTokens);
        },
      ),
      { numRuns: countCases(200) },
    );
  });

  test('starts with the previous prompt and its scripted answer of the requested size', () => {
    const workload = conversationWorkload({ conversationsAtOnce: 3, system: 'You answer briefly.' });
    for (let number = 0; number < 3; number++)
      for (let turn = 1; turn < 4; turn++) {
        const before = build(workload, number + 3 * (turn - 1));
        const prompt = build(workload, number + 3 * turn);
        expect(prompt).toMatchObject({ turn: turn + 1, conversationIndex: number });
        expect(prompt.messages.slice(0, before.messages.length)).toEqual(before.messages);
        const [answer, ...asked] = prompt.messages.slice(before.messages.length);
        expect(answer?.role).toBe('assistant');
        expect(countTokens(answer?.content ?? '')).toBe(before.maxOutputTokens);
        expect(runAtOnce(checkAnswer(before, answer?.content ?? ''))).toEqual({
          checksum: 'ok',
          answerNumber: before.expectedNumber,
          checksumAnyOk: true,
          linesFromInput: 1,
        });
        expect(asked.map(({ role }) => role)).toEqual(['user']);
      }
  });

  test('of another conversation has another beginning with a cold cache', () => {
    const workload = conversationWorkload();
    const beginnings = Array.from({ length: 64 }, (_, number) =>
      build(workload, number).messages[0]?.content.slice(0, 16),
    );
    expect(new Set(beginnings).size).toBe(64);
    const warm = build(conversationWorkload({ cache: 'warm' }), 0).messages[0]?.content ?? '';
    expect(warm).toMatch(/^Convert this number/);
  });

  test('requests a new number in each turn, and none without the checksum', () => {
    const numbers = [0, 64, 128, 192].map((number) => build(conversationWorkload(), number).expectedNumber);
    expect(new Set(numbers).size).toBe(4);
    expect(build(conversationWorkload({ checksum: false }), 64).expectedNumber).toBeNull();
  });

  test('does not depend on earlier builds, and differs between measured and warm-up requests', () => {
    const workload = conversationWorkload({ turns: { distribution: 'uniform', min: 2, max: 5 } });
    const prompt = build(workload, 500);
    build(workload, 3);
    expect(build(structuredClone(workload), 500)).toEqual(prompt);
    expect(buildPrompt(workload, 117, 'warmup', 500)).not.toEqual(prompt);
  });

  test.each([{ value: 1 }, { value: 6 }])('matches the estimate for $value turns', ({ value }) => {
    const workload = conversationWorkload({ turns: { distribution: 'fixed', value }, conversationsAtOnce: 100 });
    const prompts = Array.from({ length: 100 * value }, (_, number) => build(workload, number));
    const mean = prompts.reduce((sum, { inputTokens }) => sum + inputTokens, 0) / prompts.length;
    expect(Math.abs(runAtOnce(estimateTokens(workload)).inputTokensMean / mean - 1)).toBeLessThan(0.03);
  });
});

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
