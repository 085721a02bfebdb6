import fc from 'fast-check';
import { notSentReasons, outcomes } from '../../../shared/sample/outcome.ts';
import type { Sample } from '../../../shared/sample/sample.ts';

const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 4 });
/** Any time of up to a day, positive or negative, in whole microseconds. */
export const ms = fc.integer({ min: -86_400_000_000, max: 86_400_000_000 }).map((us) => us / 1_000);
export const count = fc.oneof(fc.nat(300), fc.nat(2 ** 40));
const text = fc.oneof(fc.constantFrom('stop', 'length', ''), fc.string({ unit: 'binary', maxLength: 30 }));

/** Any sample that a block can store, with any combination of null fields. */
export const sampleArbitrary: fc.Arbitrary<Sample> = fc.record({
  requestIndex: count,
  warmup: fc.boolean(),
  batchIndex: fc.nat(10_000),
  attempt: fc.nat(20),
  outcome: fc.constantFrom(...outcomes),
  notSentReason: orNull(fc.constantFrom(...notSentReasons)),
  disturbed: fc.boolean(),
  originWallMs: orNull(fc.integer({ min: 0, max: 4_000_000_000_000_000 }).map((us) => us / 1_000)),
  dueMs: orNull(ms),
  startMs: orNull(ms),
  firstStartMs: orNull(ms),
  sentMs: orNull(ms),
  headersMs: orNull(ms),
  firstReadMs: orNull(ms),
  firstOutputMs: orNull(ms),
  firstAnswerMs: orNull(ms),
  lastOutputMs: orNull(ms),
  endMs: orNull(ms),
  connection: orNull(fc.record({ reused: fc.boolean(), dnsMs: orNull(ms), connectMs: orNull(ms), tlsMs: orNull(ms) })),
  httpStatus: orNull(fc.integer({ min: 100, max: 999 })),
  retryAfterMs: orNull(ms),
  error: orNull(fc.record({ code: orNull(text), message: text })),
  finishReason: orNull(text),
  notes: orNull(text),
  requestedOutputTokens: orNull(count),
  requestedInputTokens: orNull(count),
  conversationIndex: orNull(count),
  turn: orNull(fc.integer({ min: 1, max: 50 })),
  inputTokens: orNull(count),
  outputTokens: orNull(count),
  usage: orNull(
    fc.record({
      inputTokens: orNull(count),
      outputTokens: orNull(count),
      cachedTokens: orNull(count),
      reasoningTokens: orNull(count),
    }),
  ),
  checksum: orNull(fc.constantFrom('ok', 'mismatch', 'absent')),
  expectedNumber: orNull(fc.nat(2 ** 40)),
  answerNumber: orNull(fc.nat({ max: 999_999_999_999_999 })),
  checksumAnyOk: orNull(fc.boolean()),
  linesFromInput: orNull(fc.double({ min: 0, max: 1, noNaN: true })),
  outputEvents: count,
  reads: count,
  bytes: count,
});
