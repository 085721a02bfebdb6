import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkWorkload } from '../../../shared/domain/check-workload.ts';
import { runSpecInputSchema } from '../../../shared/domain/run-spec.ts';
import { stageLoads } from '../../../shared/domain/stage-load.ts';
import { scheduleArrivals } from '../../../shared/workload/arrivals.ts';
import { buildPrompt } from '../../../shared/workload/build-prompt.ts';
import { checkDistribution } from '../../../shared/workload/check-distribution.ts';
import { countTokens } from '../../../shared/workload/count-tokens.ts';
import { estimateTokens } from '../../../shared/workload/estimate-tokens.ts';
import { minimumInputTokens } from '../../../shared/workload/minimum-input-tokens.ts';

type Entry = { atMs: number; inputTokens: number; outputTokens: number };

const specOf = (entries: readonly Entry[], load: object = {}, workload: object = {}) =>
  runSpecInputSchema.parse({
    targets: [{ baseUrl: 'https://api.example.com/v1', model: 'm' }],
    workload: { kind: 'trace', entries, ...workload },
    load: { mode: 'trace', ...load },
  });

test('each prompt has exactly the lengths of its entry, with or without a checksum and a cold start, again from the first', () => {
  const entry = fc.record({
    atMs: fc.constant(0),
    inputTokens: fc.integer({ min: 300, max: 3_000 }),
    outputTokens: fc.integer({ min: 1, max: 2_000 }),
  });
  const entries = fc.array(entry, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(entries, fc.boolean(), fc.constantFrom('cold', 'warm'), fc.nat(20), (list, checksum, cache, number) => {
      const { workload } = specOf(list, {}, { checksum, cache });
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

test('requests fall due when they did, counted from the first, at the speed asked for', () => {
  const entries = [5_000, 5_250, 5_250, 9_000].map((atMs) => ({ atMs, inputTokens: 500, outputTokens: 9 }));
  const [load] = stageLoads(specOf(entries, { speed: 2.5 }));
  if (load?.mode !== 'rate') throw new Error('a trace is an open loop');
  expect(load.requests).toBe(4);
  const { rate, arrivals } = load;
  expect([...scheduleArrivals({ seed: 1, level: 0, count: 4, rate, arrivals })]).toEqual([0, 100, 100, 1_600]);
  expect(rate.requestsPerSecond).toBeCloseTo(3 / 1.6, 12);
  const [alone] = stageLoads(specOf(entries.slice(0, 1)));
  expect(alone).toMatchObject({ requests: 1, arrivals: { atMs: [0] } });
});

test('entries out of order or too short for the task are refused, the first of each with its place', () => {
  const faultsOf = (entries: readonly Entry[]) =>
    checkWorkload(specOf(entries), { checkDistribution, minimumInputTokens }).map(({ pointer }) => pointer);
  const entry = (atMs: number, inputTokens = 500) => ({ atMs, inputTokens, outputTokens: 10 });
  expect(faultsOf([entry(0), entry(0), entry(5)])).toEqual([]);
  expect(faultsOf([entry(0), entry(5), entry(4), entry(3)])).toEqual(['/workload/entries/2/atMs']);
  expect(faultsOf([entry(0), entry(5, 10), entry(6, 9)])).toEqual(['/workload/entries/1/inputTokens']);
});

test('the estimate is the mean of the entries', () => {
  const entries = [100, 300].map((tokens) => ({ atMs: 0, inputTokens: 10 * tokens, outputTokens: tokens }));
  expect(estimateTokens(specOf(entries).workload)).toEqual({
    inputTokensMean: 2_000,
    outputTokensMean: 200,
    outputTokensMax: 300,
  });
});
