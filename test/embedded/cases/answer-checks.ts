import { expect } from 'vitest';
import type { PlacedSample } from '../../support/service/read-all-samples.ts';
import type { CaseCheck, CaseRun } from './case-check.ts';

type Looks = (samples: PlacedSample[], run: CaseRun) => void;

/** Checks the run of the case's own spec. */
const look =
  (looks: Looks): CaseCheck =>
  async ({ run }) => {
    const result = await run();
    looks(
      result.samples.toSorted((a, b) => a.requestIndex - b.requestIndex),
      result,
    );
  };

const expectEach = (samples: PlacedSample[], expected: object) => {
  expect(samples.length).toBeGreaterThan(0);
  for (const sample of samples) expect(sample).toMatchObject(expected);
};
const listOutcomes = (samples: PlacedSample[]) => samples.map(({ outcome }) => outcome);
const listWarnings = ({ report }: CaseRun) => report.stages.flatMap(({ warnings }) => warnings).join('\n');
const getStage = ({ report }: CaseRun) => {
  const [stage] = report.stages;
  if (stage === undefined) throw new Error('The report has no stage');
  return stage;
};
const since = ({ startMs }: PlacedSample, atMs: number | null) => (atMs ?? Number.NaN) - (startMs ?? Number.NaN);

/** Expects that the first output came after 40 ms, with leeway for a busy machine. */
const expectEarlyOutput = (sample: PlacedSample) => {
  expect(since(sample, sample.firstOutputMs)).toBeGreaterThan(35);
  expect(since(sample, sample.firstOutputMs)).toBeLessThan(150);
};

/** Checks of the cases about answers and usage, by number. */
export const answerChecks: Readonly<Record<string, CaseCheck>> = {
  50: look((samples, run) => {
    expectEach(samples, { outcome: 'truncated', finishReason: null });
    expect(getStage(run).requests.ttftMs.n).toBe(0);
    expect(getStage(run).requests.e2eLatencyMs.n).toBe(0);
  }),
  52: look((samples, run) => {
    expect(listOutcomes(samples)).toEqual(['stream_error', 'stream_error', 'stream_error', 'stream_error']);
    const codes = new Set(samples.map(({ error }) => error?.code));
    expect(codes).toEqual(new Set(['abort', 'insufficient_system_resource']));
    for (const { error } of samples) expect(error?.message).toContain('broke the answer off');
    const { errorRate, failures, requests } = getStage(run);
    expect([errorRate.value, failures.failureTtftMs.n, requests.ttftMs.n]).toEqual([1, 4, 0]);
  }),
  54: look((samples, run) => {
    expectEach(samples, { outcome: 'ok', usage: { outputTokens: 326, reasoningTokens: 320 } });
    expect(getStage(run).cost.costPerThousandRequestsUsd.value).toBeCloseTo(3.272, 6);
  }),
  56: look((samples, run) => {
    expectEach(samples, { outcome: 'ok', usage: { inputTokens: 25, outputTokens: 8 } });
    expect(getStage(run).cost.costPerThousandRequestsUsd.value).toBeCloseTo(0.105, 6);
    expect(getStage(run).tokens.usageToTokenizerInput.value).toBeGreaterThan(0);
  }),
  58: look((samples) => {
    expectEach(samples, { outcome: 'ok', usage: { inputTokens: 21, outputTokens: 12, cachedTokens: 8 } });
  }),
  67: look((samples) => {
    expectEach(samples, { outcome: 'ok', outputEvents: 1, finishReason: 'tool_calls' });
    samples.forEach(expectEarlyOutput);
  }),
  68: look((samples) => {
    expectEach(samples, { outcome: 'ok', outputEvents: 1, usage: { outputTokens: 9 } });
    samples.forEach(expectEarlyOutput);
  }),
  70: look((samples) => {
    expectEach(samples, { outcome: 'ok', outputEvents: 6, usage: { inputTokens: 9, outputTokens: 6 } });
    samples.forEach(expectEarlyOutput);
  }),
  71: look((samples, run) => {
    expectEach(samples, { outcome: 'ok', outputEvents: 12 });
    samples.forEach(expectEarlyOutput);
    for (const { firstOutputMs, lastOutputMs } of samples)
      expect((lastOutputMs ?? 0) - (firstOutputMs ?? 0)).toBeGreaterThan(80);
    expect(listWarnings(run)).toContain('blank line');
  }),
  72: look((samples) => {
    expect(listOutcomes(samples).toSorted()).toEqual(['stream_error', 'stream_error', 'truncated', 'truncated']);
    for (const { outcome, error } of samples) {
      if (outcome === 'stream_error') expect(error).toEqual({ code: '500', message: 'engine died' });
      else expect(error?.message).toContain('upstream error: read ECONNRESET');
    }
  }),
  74: look((samples) => {
    expectEach(samples, { outcome: 'bad_stream', error: { code: 'not_event_stream' } });
    const messages = samples.map(({ error }) => error?.message ?? '').join('\n');
    for (const words of ['Access token invalid or no longer valid', 'Model is loading', 'Sign in'])
      expect(messages).toContain(words);
  }),
  75: look((samples) => {
    expectEach(samples, { outcome: 'rate_limited', error: { code: 'Throttling.AllocationQuota' } });
  }),
  77: look((samples) => {
    const message = 'Your requests to the deployment have exceeded rate limit.';
    expectEach(samples, {
      outcome: 'rate_limited',
      error: { code: 'rate_limit_exceeded', message },
      retryAfterMs: 7_000,
    });
  }),
  78: look((samples, run) => {
    expectEach(samples, { outcome: 'ok', outputTokens: 16, outputEvents: 15 });
    expect(listWarnings(run)).toContain('cumulative');
  }),
  80: look((samples) => {
    expectEach(samples, { outcome: 'ok', outputEvents: 13, usage: { outputTokens: 13, reasoningTokens: 10 } });
    samples.forEach(expectEarlyOutput);
    for (const sample of samples) expect(since(sample, sample.firstAnswerMs)).toBeGreaterThan(230);
  }),
  81: look((samples) => {
    const error = { code: 'RESOURCE_EXHAUSTED', message: 'HTTP 429: You exceeded your current quota.' };
    expectEach(samples, { outcome: 'rate_limited', retryAfterMs: 34_400, error });
  }),
  87: look((samples) => {
    expectEach(samples, { outcome: 'ok', outputEvents: 3, usage: { inputTokens: 9, outputTokens: 12 } });
  }),
};
