import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listLevels } from '../../../../../shared/load/load.ts';
import { scheduleArrivals } from '../../../../../shared/load/parts/arrivals.ts';
import { runSpecInputSchema } from '../../../../../shared/spec/run-spec.ts';
import { runAtOnce } from '../../../../../shared/time-slices.ts';
import { datasetKinds } from '../../../../../shared/workload/datasets/dataset.ts';
import type { TraceEntry } from '../../../../../shared/workload/datasets/read-trace.ts';
import { countTokens } from '../../../../../shared/workload/tokenizers/count-tokens.ts';
import { buildPrompt, estimateTokens } from '../../../../../shared/workload/workload.ts';
import { checkWorkload } from '../../../../support/factories/check-workload.ts';

type Entry = { atMs: number; inputTokens: number; outputTokens: number };

const makeRunSpec = (entries: readonly Entry[], load: object = {}, workload: object = {}) =>
  runSpecInputSchema.parse({
    targets: [{ baseUrl: 'https://api.example.com/v1', model: 'm' }],
    workload: { kind: 'trace', entries: [...entries], ...workload },
    load: { mode: 'trace', ...load },
  });

test('each prompt has exactly the lengths of its entry, and entries repeat', () => {
  const entry = fc.record({
    atMs: fc.constant(0),
    inputTokens: fc.integer({ min: 300, max: 3_000 }),
    outputTokens: fc.integer({ min: 1, max: 2_000 }),
  });
  const entries = fc.array(entry, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(entries, fc.boolean(), fc.constantFrom('cold', 'warm'), fc.nat(20), (list, checksum, cache, number) => {
      const { workload } = makeRunSpec(list, {}, { checksum, cache });
      const prompt = buildPrompt(workload, 7, 'measured', number);
      const wanted = list[number % list.length];
      expect(prompt.inputTokens).toBe(wanted?.inputTokens);
      expect(countTokens(prompt.messages.map(({ content }) => content).join(''))).toBe(wanted?.inputTokens);
      expect(prompt.maxOutputTokens).toBe(wanted?.outputTokens);
      expect(prompt.expectedNumber === null).toBe(!checksum);
      expect(buildPrompt(workload, 7, 'measured', number)).toEqual(prompt);
    }),
    { numRuns: 40 },
  );
});

test('requests are due at their recorded times after the first, at the requested speed', () => {
  const entries = [5_000, 5_250, 5_250, 9_000].map((atMs) => ({ atMs, inputTokens: 500, outputTokens: 9 }));
  const [load] = listLevels(makeRunSpec(entries, { speed: 2.5 }));
  if (load?.mode !== 'rate') throw new Error('The load is not an open loop');
  expect(load.requests).toBe(4);
  const { rate, arrivals } = load;
  expect([...scheduleArrivals({ seed: 1, levelIndex: 0, count: 4, rate, arrivals })]).toEqual([0, 100, 100, 1_600]);
  expect(rate.requestsPerSecond).toBeCloseTo(3 / 1.6, 12);
  const [alone] = listLevels(makeRunSpec(entries.slice(0, 1)));
  expect(alone).toMatchObject({ requests: 1, arrivals: { atMs: [0] } });
});

test('a trace in a dataset has its level when it is pinned, and its times when it is read', () => {
  const spec = (pin: object) =>
    makeRunSpec([], { speed: 2 }, { entries: undefined, datasetId: `dts_${'0'.repeat(26)}`, ...pin });
  expect(listLevels(spec({}))).toEqual([]);
  const [load] = listLevels(spec({ entryCount: 3, spanMs: 400 }));
  if (load?.mode !== 'rate') throw new Error('The load is not an open loop');
  const { rate, arrivals } = load;
  expect([load.requests, rate.requestsPerSecond]).toEqual([3, 10]);
  expect(() => scheduleArrivals({ seed: 1, levelIndex: 0, count: 3, rate, arrivals })).toThrow('is not loaded');
  const lines = [70, 71, 470].map((atMs) => JSON.stringify({ atMs, inputTokens: 500, outputTokens: 9 }));
  const dataset = runAtOnce(datasetKinds.trace.read(lines.join('\n')));
  expect([...scheduleArrivals({ seed: 1, levelIndex: 0, count: 3, rate, arrivals }, dataset)]).toEqual([0, 0.5, 200]);
});

test('entries have one source and ascending times; the first wrong entry is reported', () => {
  const listFaults = (workload: object) =>
    checkWorkload(makeRunSpec([], {}, { entries: undefined, ...workload })).map(({ pointer }) => pointer);
  const at = (...instants: number[]) => instants.map((atMs) => ({ atMs, inputTokens: 500, outputTokens: 10 }));
  const datasetId = `dts_${'0'.repeat(26)}`;
  expect(listFaults({ entries: at(0, 0, 5) })).toEqual([]);
  expect(listFaults({ entries: at(0, 5, 4, 3) })).toEqual(['/workload/entries/2/atMs']);
  expect(listFaults({ datasetId })).toEqual([]);
  expect(listFaults({})).toEqual(['/workload']);
  expect(listFaults({ datasetId, entries: at(0) })).toEqual(['/workload']);
  expect(listFaults({ entries: at(0), entryCount: 1 })).toEqual(['/workload/entryCount']);
});

describe('an entry shorter than the task', () => {
  test('has words of one token each, which are unique with a cold cache', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.boolean(), (inputTokens, checksum) => {
        const entries = [{ atMs: 0, inputTokens, outputTokens: 3 }];
        const prompt = buildPrompt(makeRunSpec(entries, {}, { checksum }).workload, 7, 'measured', 0);
        expect(prompt).toMatchObject({ inputTokens, maxOutputTokens: 3, expectedNumber: null });
        expect(countTokens(prompt.messages[0]?.content ?? '')).toBe(inputTokens);
      }),
    );
    const buildText = (cache: string, number: number) => {
      const { workload } = makeRunSpec([{ atMs: 0, inputTokens: 30, outputTokens: 3 }], {}, { cache });
      return buildPrompt(workload, 7, 'measured', number).messages[0]?.content;
    };
    expect(buildText('cold', 0)).not.toBe(buildText('cold', 1));
    expect(buildText('warm', 0)).toBe(buildText('warm', 1));
  });
});

describe('a trace with blocks', () => {
  const dataset = (entries: readonly TraceEntry[]) => ({ kind: 'trace', entries }) as const;
  const warm = (change: object = {}) =>
    makeRunSpec([], {}, { entries: undefined, datasetId: `dts_${'0'.repeat(26)}`, cache: 'warm', ...change }).workload;
  const buildText = (entries: readonly TraceEntry[], number: number, change: object = {}, seed = 7) =>
    buildPrompt(warm(change), seed, 'measured', number, dataset(entries)).messages[0]?.content ?? '';
  const sharedTokens = (one: string, other: string) => {
    let length = 0;
    while (length < one.length && one[length] === other[length]) length++;
    return countTokens(one.slice(0, length));
  };

  test('has prompts of exactly its lengths for any blocks and ids', () => {
    const entry = fc.record({
      atMs: fc.constant(0),
      inputTokens: fc.integer({ min: 250, max: 3_000 }),
      outputTokens: fc.integer({ min: 1, max: 2_000 }),
      blockIds: fc.array(fc.nat(5), { maxLength: 8 }),
    });
    fc.assert(
      fc.property(entry, fc.integer({ min: 8, max: 600 }), fc.boolean(), (one, blockTokens, checksum) => {
        const prompt = buildPrompt(warm({ blockTokens, checksum }), 7, 'measured', 0, dataset([one]));
        expect(countTokens(prompt.messages[0]?.content ?? '')).toBe(one.inputTokens);
        expect(prompt.inputTokens).toBe(one.inputTokens);
        expect(prompt.expectedNumber === null).toBe(!checksum);
      }),
      { numRuns: 60 },
    );
  });

  test('has prompts that are equal exactly as far as their blocks, with the task at the end', () => {
    const entry = (blockIds: number[]) => ({ atMs: 0, inputTokens: 2_000, outputTokens: 90, blockIds });
    const entries = [entry([1, 2, 3, 4]), entry([1, 2, 9, 8]), entry([7, 2, 3, 4]), entry([1, 2])];
    const [one, two, other, short] = [0, 1, 2, 3].map((number) => buildText(entries, number));
    expect(sharedTokens(one ?? '', two ?? '')).toBeGreaterThanOrEqual(1_024);
    expect(sharedTokens(one ?? '', two ?? '')).toBeLessThan(1_044);
    expect(sharedTokens(one ?? '', short ?? '')).toBeLessThan(1_044);
    expect(sharedTokens(one ?? '', other ?? '')).toBeLessThan(20);
    expect(one).toMatch(/about 90 tokens in all, from the poem lines above\.$/);
    expect(buildText(entries, 3)).not.toBe(buildText([...entries.slice(0, 3), entry([])], 3));
    expect(buildText(entries, 0)).not.toBe(buildText(entries, 0, {}, 8));
    expect(buildText([entry([1, 2, 3, 4])], 0)).toBe(buildText([entry([1, 2, 3, 4])], 1));
  });

  test('shares no prefix with a cold cache', () => {
    const entries = [{ atMs: 0, inputTokens: 900, outputTokens: 9, blockIds: [1, 2] }];
    expect(
      sharedTokens(buildText(entries, 0, { cache: 'cold' }), buildText(entries, 1, { cache: 'cold' })),
    ).toBeLessThan(20);
  });
});

test('the estimate is the mean of the entries', () => {
  const entries = [100, 300].map((tokens) => ({ atMs: 0, inputTokens: 10 * tokens, outputTokens: tokens }));
  expect(runAtOnce(estimateTokens(makeRunSpec(entries).workload))).toEqual({
    inputTokensMean: 2_000,
    outputTokensMean: 200,
    outputTokensMax: 300,
  });
});
