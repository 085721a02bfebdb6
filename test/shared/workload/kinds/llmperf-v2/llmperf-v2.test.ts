import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runSpecInputSchema } from '../../../../../shared/spec/run-spec.ts';
import { summarizeValues } from '../../../../../shared/stats/summarize.ts';
import { sonnetCorpus } from '../../../../../shared/workload/corpora/sonnet-corpus.ts';
import { llmperfV2Preamble } from '../../../../../shared/workload/kinds/llmperf-v2/llmperf-v2.ts';
import { countTokens, countTokensWithBos } from '../../../../../shared/workload/tokenizers/count-tokens.ts';
import type { Workload } from '../../../../../shared/workload/workload.ts';
import { buildPrompt } from '../../../../../shared/workload/workload.ts';
import { checkWorkload } from '../../../../support/factories/check-workload.ts';
import { countCases } from '../../../../support/test-form.ts';

type V2 = Extract<Workload, { kind: 'llmperf-v2' }>;
const gauss = (mean: number, stddev = 0) => ({ mean, stddev });
const workload = (change: Partial<V2> = {}): V2 => ({
  kind: 'llmperf-v2',
  inputTokens: gauss(550, 150),
  outputTokens: gauss(150, 80),
  ...change,
});
const build = (of: V2, number = 0, seed = 117) => buildPrompt(of, seed, 'measured', number);
const readBody = (of: V2, number = 0) => {
  const prompt = build(of, number);
  return String(prompt.messages[1]?.content).slice(llmperfV2Preamble(prompt.maxOutputTokens).length);
};

describe('an llmperf-v2 prompt', () => {
  test('has an empty system message and a preamble with the output limit', () => {
    const prompt = build(workload({ outputTokens: gauss(150) }));
    expect(prompt.messages[0]).toEqual({ role: 'system', content: '' });
    expect(prompt.messages[1]?.content).toMatch(
      /^Randomly stream lines from the following text with 150 output tokens\. Don't generate eos tokens:\n\n[A-Z]/,
    );
    expect(prompt).toMatchObject({ maxOutputTokens: 150, expectedNumber: null });
    expect(prompt.temperature).toBeUndefined();
    expect(countTokensWithBos(llmperfV2Preamble(150))).toBe(27);
  });

  // Measured with the original, 400 prompts per row.
  test.each([
    [200, 185.6],
    [550, 513.8],
    [1_000, 935.9],
    [3_500, 3_280],
  ])('of target size %d is as short as the original, %d', (target, original) => {
    const prompts = Array.from({ length: 400 }, (_, number) =>
      build(workload({ inputTokens: gauss(target), outputTokens: gauss(150) }), number),
    );
    const { mean, stddev } = summarizeValues(prompts.map(({ inputTokens }) => inputTokens));
    console.log(
      `v2 input tokens: target ${target}, built ${mean?.toFixed(1)} (sd ${stddev?.toFixed(1)}), original ${original}`,
    );
    expect(new Set(prompts.map(({ requestedInputTokens }) => requestedInputTokens))).toEqual(new Set([target]));
    expect(Math.abs(Number(mean) / original - 1)).toBeLessThan(0.01);
  });

  test('draws 150 ± 80 as the original does: mean 155.5, standard deviation 74.2, minimum 1', () => {
    const drawn = Array.from(
      { length: 20_000 },
      (_, number) => build(workload({ inputTokens: gauss(60) }), number).maxOutputTokens,
    );
    const { mean, stddev, min } = summarizeValues(drawn);
    console.log(`v2 output tokens of 150 ± 80: mean ${mean?.toFixed(2)}, sd ${stddev?.toFixed(2)}`);
    expect(Math.abs(Number(mean) - 155.5)).toBeLessThan(1.5);
    expect(Math.abs(Number(stddev) - 74.2)).toBeLessThan(1.5);
    expect(min).toBeGreaterThanOrEqual(1);
  });

  test('truncates draws', () => {
    expect(build(workload({ outputTokens: gauss(149.99), inputTokens: gauss(550.99) }))).toMatchObject({
      maxOutputTokens: 149,
      requestedInputTokens: 550,
    });
    expect(build(workload({ outputTokens: gauss(150), inputTokens: gauss(550) }))).toMatchObject({
      maxOutputTokens: 150,
      requestedInputTokens: 550,
    });
  });

  test('repeats the 84 lines in one order and cuts the last line to the remaining tokens', () => {
    fc.assert(
      fc.property(fc.integer({ min: 40, max: 6_000 }), fc.nat(10_000), (target, number) => {
        const of = workload({ inputTokens: gauss(target), outputTokens: gauss(150) });
        const corpus = new Set(
          sonnetCorpus()
            .lines.slice(0, 84)
            .map((line) => `${line}\n`),
        );
        const parts = readBody(of, number).split(/(?<=\n)/);
        const whole = parts.filter((part) => corpus.has(part));
        const spent = whole.reduce((sum, line) => sum + countTokensWithBos(line), 0);
        const left = target - 27 - spent;
        const cut = parts.length > whole.length ? (parts.at(-1) ?? '') : '';
        expect(cut.length).toBe(left);
        expect(new Set(whole.slice(0, 84)).size).toBe(Math.min(84, whole.length));
        for (const [place, line] of whole.entries()) if (place >= 84) expect(line).toBe(whole[place - 84]);
        const next = whole[whole.length - 84];
        if (next !== undefined && whole.length >= 84) expect(next.startsWith(cut)).toBe(true);
      }),
      { numRuns: countCases(150) },
    );
  });

  test('counts the built tokens exactly for any target size', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.nat(2 ** 32 - 1), (number, seed) => {
        const prompt = build(workload(), number, seed);
        expect(prompt.inputTokens).toBe(countTokens(String(prompt.messages[1]?.content)));
        expect(Number(prompt.requestedInputTokens)).toBeGreaterThanOrEqual(27 - 2);
      }),
      { numRuns: countCases(200) },
    );
  });

  test('differs by seed, unlike the original with its fixed seed', () => {
    expect(build(workload(), 0, 1)).not.toEqual(build(workload(), 0, 2));
  });

  test('of a size that would hang the original is rejected', () => {
    const listFaults = (of: object) => {
      const spec = runSpecInputSchema.parse({
        targets: [{ baseUrl: 'https://a.example.com', model: 'm' }],
        workload: of,
      });
      return checkWorkload(spec).map(({ pointer }) => pointer);
    };
    expect(listFaults(workload({ inputTokens: gauss(20) }))).toEqual(['/workload/inputTokens']);
    expect(listFaults(workload({ outputTokens: gauss(0.9) }))).toEqual(['/workload/outputTokens']);
    expect(listFaults(workload({ inputTokens: gauss(40), outputTokens: gauss(1) }))).toEqual([]);
  });
});
