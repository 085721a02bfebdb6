import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countOutcomes } from '../../../shared/metrics/count-outcomes.ts';
import { notSentReasons, outcomes } from '../../../shared/sample/outcome.ts';

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

describe('countOutcomes', () => {
  test('adds up to the plan for any outcomes', () => {
    fc.assert(
      fc.property(fc.array(anyEnd), (samples) => {
        const counts = countOutcomes(samples);
        expect(counts.planned).toBe(samples.length);
        expect(counts.issued + counts.notSent).toBe(samples.length);
        expect(counts.ok + counts.failed + counts.canceled).toBe(counts.issued);
        expect(sum(counts.byOutcome)).toBe(samples.length);
        expect(sum(counts.notSentByReason)).toBe(counts.notSent);
        expect(counts.disturbed).toBe(samples.filter(({ disturbed }) => disturbed).length);
      }),
    );
  });
});
