import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countOutcomes, measureErrorRates } from '../../../shared/metrics/count-outcomes.ts';
import { notSentReasons, outcomes } from '../../../shared/sample/outcome.ts';
import { wilsonInterval } from '../../../shared/stats/quantile-interval.ts';

const anyEnd = fc.oneof(
  fc.record({
    outcome: fc.constantFrom(...outcomes.filter((outcome) => outcome !== 'not_sent')),
    notSentReason: fc.constant(null),
    disturbed: fc.boolean(),
  }),
  fc.record({
    outcome: fc.constant('not_sent' as const),
    notSentReason: fc.constantFrom(...notSentReasons),
    disturbed: fc.constant(false),
  }),
);
const sum = (counts: Record<string, number>) => Object.values(counts).reduce((total, count) => total + count, 0);

describe('measureErrorRates', () => {
  test('adds up over the classes to the share of failed requests', () => {
    fc.assert(
      fc.property(fc.array(anyEnd), (samples) => {
        const counts = countOutcomes(samples);
        const { errorRate, errorRateByOutcome } = measureErrorRates(counts);
        if (counts.issued === 0) {
          expect(errorRate).toMatchObject({ value: null, n: 0, reason: 'no request was issued' });
          expect(errorRateByOutcome).toEqual({});
        } else {
          expect(errorRate).toMatchObject({ value: counts.failed / counts.issued, n: counts.issued, reason: null });
          expect(sum(errorRateByOutcome)).toBeCloseTo(counts.failed / counts.issued, 12);
        }
      }),
    );
  });

  test('counts canceled requests as issued, not as failed', () => {
    const canceled = { outcome: 'canceled', notSentReason: null, disturbed: false } as const;
    const failed = { outcome: 'stalled', notSentReason: null, disturbed: false } as const;
    expect(measureErrorRates(countOutcomes([canceled, failed]))).toEqual({
      errorRate: { value: 0.5, n: 2, reason: null, interval: wilsonInterval(1, 2) },
      errorRateByOutcome: { stalled: 0.5 },
    });
  });
});
