import { describe, expect, test } from 'vitest';
import {
  computeBreakEvenRatio,
  computePricePerMillionTokensUsd,
  computeRequestCostUsd,
} from '../../../shared/cost/compute-request-cost-usd.ts';
import { describeRatio } from '../../../shared/report/words/describe-metric.ts';
import type { Pricing } from '../../../shared/spec/pricing.ts';

const anyscale: Pricing = { inputPerMillionTokens: 1, outputPerMillionTokens: 1, currency: 'USD' };
const fireworks: Pricing = { inputPerMillionTokens: 0.7, outputPerMillionTokens: 2.8, currency: 'USD' };
const typical = { inputTokens: 550, outputTokens: 150 };
const names = { base: 'anyscale', target: 'fireworks' };

describe("the blog's arithmetic", () => {
  const ofAnyscale = computeRequestCostUsd(anyscale, typical) * 1_000;
  const ofFireworks = computeRequestCostUsd(fireworks, typical) * 1_000;

  test('1,000 requests of 550/150 tokens cost 0.700 and 0.805 USD', () => {
    expect(ofAnyscale).toBeCloseTo(0.7, 12);
    expect(ofFireworks).toBeCloseTo(0.805, 12);
  });

  test('Fireworks costs 15.0 % more than Anyscale, which costs 13.0 % less than Fireworks', () => {
    expect(ofFireworks / ofAnyscale).toBeCloseTo(1.15, 12);
    const what = { metric: 'costPerThousandRequestsUsd', statistic: null, window: null };
    expect(describeRatio(what, names, ofFireworks / ofAnyscale, null)).toBe(
      'The costPerThousandRequestsUsd of fireworks is 1.150 times that of anyscale (15.0 % higher; anyscale is 13.0 % cheaper than fireworks).',
    );
    const turned = { base: 'fireworks', target: 'anyscale' };
    expect(describeRatio(what, turned, ofAnyscale / ofFireworks, null)).toContain(
      '(13.0 % lower; fireworks is 15.0 % more expensive than anyscale)',
    );
  });

  test('a mix of 10:1 costs 0.8909 USD a million tokens', () => {
    expect(computePricePerMillionTokensUsd(fireworks, { inputTokens: 10, outputTokens: 1 })).toBeCloseTo(9.8 / 11, 12);
    expect(computePricePerMillionTokensUsd(fireworks, { inputTokens: 10, outputTokens: 1 })?.toFixed(4)).toBe('0.8909');
  });

  test('the two cost the same at 6 input tokens per output token', () => {
    expect(computeBreakEvenRatio(anyscale, fireworks)).toBeCloseTo(6, 12);
    expect(computeBreakEvenRatio(fireworks, anyscale)).toBeCloseTo(6, 12);
    const mix = { inputTokens: 6, outputTokens: 1 };
    expect(computeRequestCostUsd(anyscale, mix)).toBeCloseTo(computeRequestCostUsd(fireworks, mix), 12);
  });

  test('4.6 s against 5.3 s is a ratio of 1.152', () => {
    const what = { metric: 'e2eLatencyMs', statistic: 'mean' as const, window: null };
    expect(describeRatio(what, names, 5_300 / 4_600, null)).toBe(
      'The mean e2eLatencyMs of fireworks is 1.152 times that of anyscale (15.2 % longer).',
    );
  });
});
