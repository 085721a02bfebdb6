import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runAtOnce } from '../../../../shared/time-slices.ts';
import { datasetKinds } from '../../../../shared/workload/datasets/dataset.ts';
import { countTokens } from '../../../../shared/workload/tokenizers/count-tokens.ts';
import {
  buildPrompt,
  computePromptDigest,
  estimateTokens,
  type Workload,
} from '../../../../shared/workload/workload.ts';

const text = [
  '{"prompt":"What is latency?"}',
  '',
  '{"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Why?"}],"maxOutputTokens":9}\r',
  '{"prompt":"日本 🦙"}',
].join('\n');
const dataset = runAtOnce(datasetKinds.prompts.read(`\ufeff${text}\n`));
const workload = (cache?: 'cold' | 'warm') =>
  ({
    kind: 'dataset',
    datasetId: `dts_${'0'.repeat(26)}`,
    maxOutputTokens: 256,
    ...(cache === undefined ? {} : { cache }),
  }) satisfies Workload;
const build = (number: number, cache?: 'cold' | 'warm', seed = 1) =>
  buildPrompt(workload(cache), seed, 'measured', number, dataset);

describe('a prompt of a dataset', () => {
  test('is line i modulo their number, unchanged, and equal to the same inline prompt', () => {
    expect([0, 1, 2, 3].map((number) => build(number).messages.at(-1)?.content)).toEqual([
      'What is latency?',
      'Why?',
      '日本 🦙',
      'What is latency?',
    ]);
    expect([0, 1].map((number) => build(number).maxOutputTokens)).toEqual([256, 9]);
    const prompts = dataset.kind === 'prompts' ? [...dataset.entries] : [];
    const inline = { kind: 'prompts', prompts, maxOutputTokens: 256 } satisfies Workload;
    expect(runAtOnce(computePromptDigest(workload(), 1, 7, dataset))).toBe(
      runAtOnce(computePromptDigest(inline, 1, 7)),
    );
    expect(runAtOnce(estimateTokens(workload(), dataset))).toEqual(runAtOnce(estimateTokens(inline)));
  });

  test('with a cold cache starts with unique words, even if the line repeats', () => {
    const begun = Array.from({ length: 300 }, (_, number) => build(number, 'cold').messages[0]?.content ?? '');
    expect(new Set(begun.map((content) => content.slice(0, 16))).size).toBe(300);
    expect(begun[3]).toMatch(/^[a-p]{4}( [a-p]{4}){3}: a reference, not part of the task\.\nWhat is latency\?$/);
    expect(build(1, 'cold').messages[1]).toEqual(build(1).messages[1]);
    expect(build(0, 'cold', 2)).not.toEqual(build(0, 'cold', 1));
    expect(dataset).toEqual(runAtOnce(datasetKinds.prompts.read(text)));
  });

  test('counts its tokens exactly with a cold or warm cache', () => {
    fc.assert(
      fc.property(
        fc.nat(10_000),
        fc.nat(2 ** 32 - 1),
        fc.constantFrom('cold', 'warm', undefined),
        (number, seed, cache) => {
          const prompt = build(number, cache, seed);
          expect(prompt.inputTokens).toBe(prompt.messages.reduce((sum, { content }) => sum + countTokens(content), 0));
        },
      ),
    );
  });

  test('fails without the dataset', () => {
    expect(() => buildPrompt(workload(), 1, 'measured', 0)).toThrow('does not contain prompts');
  });
});

describe('a number-words prompt', () => {
  test('with a cold cache starts with unique words and requests the same number', () => {
    const numberWords = { kind: 'number-words', min: 0, max: 10_000, maxOutputTokens: 32 } as const;
    for (let number = 0; number < 50; number++) {
      const warm = buildPrompt(numberWords, 1, 'measured', number);
      const cold = buildPrompt({ ...numberWords, cache: 'cold' }, 1, 'measured', number);
      const content = cold.messages[0]?.content ?? '';
      expect(content.endsWith(`task.\n${warm.messages[0]?.content}`)).toBe(true);
      expect(cold.expectedNumber).toBe(warm.expectedNumber);
      expect(cold.inputTokens).toBe(countTokens(content));
    }
  });
});
