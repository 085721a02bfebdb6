import { expect, test } from 'vitest';
import { createSample } from '../../shared/sample/sample.ts';
import type { PlacedSample } from '../support/service/read-all-samples.ts';
import { compare } from './compare.ts';
import type { Truth } from './read-truth.ts';

const truth: Truth = {
  promptNumber: 3,
  startMs: 1_000,
  status: 200,
  outcome: 'ok',
  firstOutputMs: 1_100,
  lastOutputMs: 1_300,
  outputEvents: 5,
  text: 'The boats float.',
  finish: 'stop',
  inputTokens: 7,
  outputTokens: 5,
  detail: '',
};

const sample: PlacedSample = {
  ...createSample({
    requestIndex: 3,
    outcome: 'ok',
    startMs: 40,
    firstOutputMs: 141.5,
    lastOutputMs: 338,
    outputEvents: 5,
    finishReason: 'stop',
    outputTokens: 4,
    usage: { inputTokens: 7, outputTokens: 5, cachedTokens: null, reasoningTokens: null },
  }),
  stageIndex: 0,
  targetId: 'openai-chat',
  levelIndex: 0,
};

test('errors are differences of durations, so that the two clocks need no common origin', () => {
  const { ttftErrorMs, e2eErrorMs, faults } = compare([sample], [truth]);
  expect(faults).toEqual([]);
  expect(ttftErrorMs.max).toBeCloseTo(1.5);
  expect(e2eErrorMs.max).toBeCloseTo(2);
});

test('each value that differs from the recording is a fault', () => {
  const changes: Partial<Truth>[] = [
    { outcome: 'truncated' },
    { outputEvents: 6 },
    { finish: 'length' },
    { outputTokens: 6 },
    { text: 'The boats do not float.' },
  ];
  for (const change of changes) expect(compare([sample], [{ ...truth, ...change }]).faults).toHaveLength(1);
});

test('a request without a recording is a fault, and warm-up requests are ignored', () => {
  expect(compare([sample], []).faults).toHaveLength(1);
  expect(compare([{ ...sample, warmup: true }], []).requests).toBe(0);
});

test('the last exchange of a prompt counts, because a request that met a closed connection is sent again', () => {
  expect(compare([sample], [{ ...truth, outcome: 'no_answer' }, truth]).faults).toEqual([]);
});
