import { describe, expect, test } from 'vitest';
import { buildReport } from '../../../../../shared/report/build/build-report.ts';
import type { Sample } from '../../../../../shared/sample/sample.ts';
import { makeFailure, makeSample, makeTwoProviders } from '../../../../support/factories/sample-factory.ts';

/** Lists the warnings of a stage of 120 requests with the given change. */
function warningsWith(change: (sample: Sample) => Sample): string[] {
  const input = makeTwoProviders(120);
  const stages = input.stages.map((stage) => ({ ...stage, samples: stage.samples.map(change) }));
  return buildReport({ ...input, stages }).stages[0]?.warnings ?? [];
}

describe('listResultWarnings', () => {
  test('is empty for a clean stage', () => {
    expect(warningsWith((sample) => sample)).toEqual([]);
  });

  test('does not warn of a few wrong answers, which may be chance', () => {
    // The Wilson interval of 95 % of 120 ends at 97.7 %, that of 90 % of 120 at 94.2 %.
    const wrong = (count: number) =>
      warningsWith((sample) => (sample.requestIndex < count ? { ...sample, checksum: 'mismatch' } : sample)).join();
    expect(wrong(6)).not.toContain('right number');
    expect(wrong(12)).toContain('90.0 % of the responses contain the right number (95 % interval 83.3 % to 94.2 %)');
  });

  test.each<[string, (sample: Sample) => Sample, string]>([
    ['several tokens in a chunk', (sample) => ({ ...sample, outputEvents: 30, reads: 30 }), 'Use tpotMs'],
    ['events that arrive in bundles', (sample) => ({ ...sample, reads: 10 }), 'buffers them'],
    ['answers that are not streamed', (sample) => ({ ...sample, firstOutputMs: sample.lastOutputMs }), 'not streamed'],
    [
      'a server with other token counts',
      (sample) => ({ ...sample, usage: { ...emptyUsage, outputTokens: 2 * Number(sample.outputTokens) } }),
      'The server counts 300.8 output tokens per response, the Llama 2 tokenizer 150.4 (ratio 2.000)',
    ],
    ['a warm cache', (sample) => ({ ...sample, usage: { ...emptyUsage, cachedTokens: 512 } }), 'from a cache'],
    [
      'prompts that miss their size',
      (sample) => ({ ...sample, requestedInputTokens: 2 * Number(sample.inputTokens) }),
      'The prompts contain 50.0 % of the requested input tokens',
    ],
    [
      'turns that overlap',
      (sample) => ({
        ...sample,
        conversationIndex: Math.floor(sample.requestIndex / 2),
        turn: (sample.requestIndex % 2) + 1,
        endMs: 1e9,
      }),
      '60 of 60 later turns started before the previous turn ended',
    ],
    [
      'wrong answers',
      (sample) => ({ ...sample, checksum: 'mismatch' }),
      '0.0 % of the responses contain the right number',
    ],
    [
      'overload',
      (sample) => ({ ...sample, firstOutputMs: Number(sample.startMs) + 3_500 }),
      'Overloaded: 100.0 % of requests',
    ],
    [
      'failures',
      (sample) =>
        sample.requestIndex < 12
          ? makeFailure(Number(sample.startMs), 9, { requestIndex: sample.requestIndex })
          : sample,
      '12 failed (10.0 %',
    ],
    [
      'unsent requests',
      (sample) =>
        sample.requestIndex < 12
          ? makeSample({ requestIndex: sample.requestIndex, notSentReason: 'cost_cap' })
          : sample,
      '12 of 120 planned requests were not sent (cost_cap 12)',
    ],
    [
      'canceled requests',
      (sample) => (sample.requestIndex < 12 ? { ...sample, outcome: 'canceled' } : sample),
      '12 requests were canceled while open',
    ],
    [
      'connections opened during the measurement',
      (sample) =>
        sample.requestIndex === 1
          ? { ...sample, connection: { reused: false, dnsMs: null, connectMs: 1, tlsMs: null } }
          : sample,
      '1 request opened a connection',
    ],
  ])('warns of %s', (_, change, warning) => {
    expect(warningsWith(change).join('\n')).toContain(warning);
  });
});

const emptyUsage = { inputTokens: null, outputTokens: null, cachedTokens: null, reasoningTokens: null };
