import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sonnetCorpus } from '../../../shared/workload/corpora/sonnet-corpus.ts';
import { maxTokenCount } from '../../../shared/workload/distributions/kinds/distribution-kind.ts';
import { countLeastTokens, numberToWords } from '../../../shared/workload/parts/lines-task.ts';
import type { Prompt } from '../../../shared/workload/prompt.ts';
import { countTokens } from '../../../shared/workload/tokenizers/count-tokens.ts';
import { buildPrompt } from '../../../shared/workload/workload.ts';
import { countCases } from '../../support/test-form.ts';
import { sonnetVariants, sonnetWorkload } from './sonnet-workload.ts';

const seeds = fc.nat(2 ** 32 - 1);
const kinds = fc.constantFrom('measured' as const, 'warmup' as const);
const numbers = fc.nat(2_000_000);

function readContent(prompt: Prompt): string {
  expect(prompt.messages).toHaveLength(1);
  expect(prompt.messages[0]?.role).toBe('user');
  return prompt.messages[0]?.content ?? '';
}

function buildSonnet(tokens: number, variant: (typeof sonnetVariants)[number], seed = 117, number = 0): Prompt {
  const inputTokens = { distribution: 'fixed', value: tokens } as const;
  return buildPrompt(sonnetWorkload({ ...variant, inputTokens }), seed, 'measured', number);
}

describe('a sonnet prompt', () => {
  test('has exactly the drawn number of tokens for any seed, number and variant', () => {
    fc.assert(
      fc.property(fc.constantFrom(...sonnetVariants), seeds, kinds, numbers, (variant, seed, kind, number) => {
        const prompt = buildPrompt(sonnetWorkload(variant), seed, kind, number);
        expect(countTokens(readContent(prompt))).toBe(prompt.inputTokens);
      }),
      { numRuns: countCases(800) },
    );
  });

  test.each(sonnetVariants)('can have every size from the minimum: %j', (variant) => {
    const least = countLeastTokens(variant);
    for (let tokens = least; tokens < least + 600; tokens++) {
      const prompt = buildSonnet(tokens, variant, tokens);
      expect([prompt.inputTokens, countTokens(readContent(prompt))]).toEqual([tokens, tokens]);
    }
  });

  test('can have any size up to the maximum', () => {
    const sizes = fc.oneof(
      fc.integer({ min: 113, max: maxTokenCount }),
      fc.integer({ min: 27_400, max: 28_000 }),
      fc.constant(maxTokenCount),
    );
    fc.assert(
      fc.property(sizes, seeds, fc.constantFrom(...sonnetVariants), (tokens, seed, variant) => {
        const content = readContent(buildSonnet(tokens, variant, seed));
        expect(countTokens(content)).toBe(tokens);
        expect(content).toBe(content.trim());
      }),
      { numRuns: 20 },
    );
  });

  test('uses every line once before any line repeats, then in another order', () => {
    const lines = buildSonnet(maxTokenCount, sonnetVariants[0]).inputLines ?? [];
    const size = sonnetCorpus().lines.length;
    const rounds = Array.from({ length: 6 }, (_, round) => lines.slice(round * size, (round + 1) * size));
    for (const round of rounds) expect(new Set(round)).toEqual(new Set(sonnetCorpus().lines));
    expect(rounds[1]).not.toEqual(rounds[0]);
    for (let seed = 0; seed < 300; seed++) {
      const some = buildSonnet(24_000, sonnetVariants[3], seed).inputLines ?? [];
      expect(new Set(some).size).toBe(some.length);
    }
  });

  test('offers and lists sonnet lines, of which only the last can be cut', () => {
    fc.assert(
      fc.property(seeds, kinds, numbers, (seed, kind, number) => {
        const prompt = buildPrompt(sonnetWorkload(), seed, kind, number);
        const offered = readContent(prompt).split('\n\n').at(-1)?.split('\n');
        expect(offered?.filter((line) => line !== '')).toEqual(prompt.inputLines);
        const whole = new Set(sonnetCorpus().lines);
        const last = prompt.inputLines?.at(-1) ?? '';
        expect(prompt.inputLines?.slice(0, -1).every((line) => whole.has(line))).toBe(true);
        expect(sonnetCorpus().lines.some((line) => line.startsWith(last))).toBe(true);
      }),
    );
  });

  test('picks all lines about equally often', () => {
    const times = new Map<string, number>(sonnetCorpus().lines.map((line) => [line, 0]));
    for (let number = 0; number < 6_000; number++)
      for (const line of (buildSonnet(650, sonnetVariants[3], 5, number).inputLines ?? []).slice(0, -1))
        times.set(line, (times.get(line) ?? 0) + 1);
    const mean = [...times.values()].reduce((sum, count) => sum + count, 0) / times.size;
    const chiSquare = [...times.values()].reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
    // 2,154 degrees of freedom, five standard deviations. No line repeats in a prompt, so the spread is slightly smaller.
    expect(Math.abs(chiSquare - 2_154)).toBeLessThan(5 * Math.sqrt(2 * 2_154));
  });

  test('requests its number in words and its output limit in tokens', () => {
    fc.assert(
      fc.property(seeds, kinds, numbers, (seed, kind, number) => {
        const prompt = buildPrompt(sonnetWorkload(), seed, kind, number);
        const { expectedNumber } = prompt;
        if (expectedNumber === null) return expect.fail('no number');
        expect(expectedNumber).toBeGreaterThanOrEqual(10_000);
        expect(expectedNumber).toBeLessThanOrEqual(99_999);
        const task = readContent(prompt).split('\n\n')[0] ?? '';
        expect(task).toContain(`digits: ${numberToWords(expectedNumber)}.`);
        expect(task.match(/\d+/g)).toEqual([String(prompt.maxOutputTokens)]);
      }),
    );
  });

  test('requests only lines without the checksum', () => {
    const prompt = buildPrompt(sonnetWorkload({ checksum: false, cache: 'warm' }), 1, 'measured', 0);
    expect(prompt.expectedNumber).toBeNull();
    expect(readContent(prompt)).toMatch(/^Print lines picked at random/);
  });

  test('has a unique beginning with a cold cache', () => {
    const beginnings = new Set<string>();
    for (const seed of [1, 2])
      for (const kind of ['measured', 'warmup'] as const)
        for (let number = 0; number < 300; number++)
          beginnings.add(readContent(buildPrompt(sonnetWorkload(), seed, kind, number)).slice(0, 16));
    expect(beginnings.size).toBe(1_200);
  });

  test('keeps its sizes, number and lines if another part of the workload changes', () => {
    const of = (changes: Parameters<typeof sonnetWorkload>[0]) =>
      buildPrompt(sonnetWorkload(changes), 9, 'measured', 4);
    const base = of({});
    expect(of({ cache: 'warm' }).expectedNumber).toBe(base.expectedNumber);
    expect(of({ outputTokens: { distribution: 'fixed', value: 9 } }).inputTokens).toBe(base.inputTokens);
    expect(of({ inputTokens: { distribution: 'fixed', value: 900 } }).inputLines?.slice(0, 8)).toEqual(
      base.inputLines?.slice(0, 8),
    );
  });

  test('has sizes with the requested mean', () => {
    const prompts = Array.from({ length: 3_000 }, (_, number) =>
      buildPrompt(sonnetWorkload(), 117, 'measured', number),
    );
    const mean = (pick: (prompt: Prompt) => number) =>
      prompts.reduce((sum, prompt) => sum + pick(prompt), 0) / prompts.length;
    expect(Math.abs(mean((prompt) => prompt.inputTokens) - 550)).toBeLessThan((4 * 150) / Math.sqrt(3_000) + 1);
    expect(Math.abs(mean((prompt) => prompt.maxOutputTokens) - 150)).toBeLessThan((4 * 20) / Math.sqrt(3_000));
  });
});

describe('a number-words prompt', () => {
  const workload = { kind: 'number-words', min: 0, max: 10_000, maxOutputTokens: 32 } as const;

  test('requests one number from min to max, in words', () => {
    const seen = new Set<number>();
    for (let number = 0; number < 2_000; number++) {
      const prompt = buildPrompt({ ...workload, min: 7, max: 9 }, 117, 'measured', number);
      seen.add(prompt.expectedNumber ?? -1);
      expect(readContent(prompt)).toContain(numberToWords(prompt.expectedNumber ?? -1));
      expect(prompt).toMatchObject({ maxOutputTokens: 32, inputLines: null });
      expect(prompt.inputTokens).toBe(countTokens(readContent(prompt)));
    }
    expect(seen).toEqual(new Set([7, 8, 9]));
  });

  test('rejects min above max', () => {
    expect(() => buildPrompt({ ...workload, min: 2, max: 1 }, 117, 'measured', 0)).toThrow(RangeError);
  });
});

describe('a given prompt', () => {
  const messages = [
    { role: 'system' as const, content: 'Be brief.' },
    { role: 'user' as const, content: 'hello world' },
  ];
  const workload = {
    kind: 'prompts' as const,
    prompts: [{ prompt: 'hello world' }, { messages, maxOutputTokens: 5 }, { prompt: 'third' }],
    maxOutputTokens: 256,
  };

  test('follows the order of the list, repeated, with its own limit or the common one', () => {
    const contents = [0, 1, 2, 3, 4].map((number) => buildPrompt(workload, 1, 'measured', number));
    expect(contents.map((prompt) => prompt.messages.at(-1)?.content)).toEqual([
      'hello world',
      'hello world',
      'third',
      'hello world',
      'hello world',
    ]);
    expect(contents.map((prompt) => prompt.maxOutputTokens)).toEqual([256, 5, 256, 256, 5]);
    expect(contents[1]).toEqual({
      messages,
      inputTokens: countTokens('Be brief.') + 2,
      maxOutputTokens: 5,
      expectedNumber: null,
      inputLines: null,
    });
  });

  test('follows the reverse order for warm-up', () => {
    expect([0, 1, 2, 3].map((number) => buildPrompt(workload, 1, 'warmup', number).messages[0]?.content)).toEqual([
      'third',
      'Be brief.',
      'hello world',
      'third',
    ]);
  });
});

describe('any prompt', () => {
  test('is equal for equal arguments, in any order of calls', () => {
    const workloads = [
      ...sonnetVariants.map(sonnetWorkload),
      { kind: 'number-words' as const, min: 0, max: 9_999, maxOutputTokens: 32 },
    ];
    fc.assert(
      fc.property(fc.constantFrom(...workloads), seeds, kinds, numbers, (workload, seed, kind, number) => {
        const prompt = buildPrompt(workload, seed, kind, number);
        buildPrompt(workload, seed + 1, kind, number);
        expect(buildPrompt(structuredClone(workload), seed, kind, number)).toEqual(prompt);
      }),
    );
  });

  test('of warm-up never equals a measured one', () => {
    const workload = sonnetWorkload({ cache: 'warm' });
    const of = (kind: 'measured' | 'warmup') =>
      Array.from({ length: 1_000 }, (_, number) => readContent(buildPrompt(workload, 117, kind, number)));
    const measured = new Set(of('measured'));
    expect(measured.size).toBe(1_000);
    expect(of('warmup').filter((content) => measured.has(content))).toEqual([]);
  });
});
