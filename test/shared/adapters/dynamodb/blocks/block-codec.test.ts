import { zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeColumns,
  decodeTimelines,
  encodeSamples,
  encodeTimelines,
  maxBlockSamples,
} from '../../../../../shared/adapters/dynamodb/blocks/block-codec.ts';
import { copySample, listRows, type Sample, type Timeline } from '../../../../../shared/sample/sample.ts';
import { makeSample } from '../../../../contract/make-record.ts';
import { count, ms, sampleArbitrary } from '../../../../support/factories/sample-arbitrary.ts';
import { countCases } from '../../../../support/test-form.ts';

const decodeSamples = (bytes: Uint8Array) => listRows(decodeColumns(bytes)).map(copySample);

const timelineArbitrary: fc.Arbitrary<Timeline> = fc.record({
  requestIndex: count,
  outputEventsMs: fc.array(ms, { maxLength: 40 }),
});

describe('block codec', () => {
  it('decodes every sample exactly, with any combination of null fields', () => {
    fc.assert(
      fc.property(fc.array(sampleArbitrary, { maxLength: 30 }), (samples) => {
        expect(decodeSamples(encodeSamples(samples))).toEqual(samples);
      }),
      { numRuns: countCases(150) },
    );
  });

  it('decodes every timeline exactly, also if it is empty or out of order', () => {
    fc.assert(
      fc.property(fc.array(timelineArbitrary, { maxLength: 20 }), (timelines) => {
        expect(decodeTimelines(encodeTimelines(timelines))).toEqual(timelines);
      }),
    );
  });

  it('rounds times to the nearest microsecond', () => {
    const sample = makeSample({ startMs: 1.0004, sentMs: 1.0006, originWallMs: 1_790_000_000_123.4568 });
    expect(decodeSamples(encodeSamples([sample]))).toMatchObject([
      { startMs: 1, sentMs: 1.001, originWallMs: 1_790_000_000_123.457 },
    ]);
    const timelines = [{ requestIndex: 0, outputEventsMs: [0.0004, 0.0006, 7.1234567] }];
    expect(decodeTimelines(encodeTimelines(timelines))).toEqual([
      { requestIndex: 0, outputEventsMs: [0, 0.001, 7.123] },
    ]);
  });

  it('encodes the same samples to the same bytes, so that a repeated write changes nothing', () => {
    const samples = [makeSample(), makeSample({ requestIndex: 1 })];
    expect(encodeSamples(structuredClone(samples))).toEqual(encodeSamples(samples));
  });

  it('needs at most 40 bytes for a typical sample and 2 for a typical event', () => {
    const samples = Array.from({ length: 100 }, (_, i) => typicalSample(i));
    expect(encodeSamples(samples).length / samples.length).toBeLessThan(40);
    const timelines = samples.map(({ requestIndex: index, firstOutputMs, outputEvents }) => ({
      requestIndex: index,
      outputEventsMs: Array.from(
        { length: outputEvents },
        (_, k) => Math.round(((firstOutputMs ?? 0) + 25 * k + noise(index * 1_000 + k) * 6) * 1_000) / 1_000,
      ),
    }));
    const events = timelines.reduce((sum, { outputEventsMs }) => sum + outputEventsMs.length, 0);
    expect(encodeTimelines(timelines).length / events).toBeLessThan(2);
  });

  it('fits a full block of the longest distinct error messages into one item', () => {
    const samples = Array.from({ length: maxBlockSamples }, (_, i) => ({
      ...typicalSample(i),
      outcome: 'http_5xx' as const,
      error: { code: `${i}`, message: Array.from({ length: 500 }, (_, k) => printable(i * 500 + k)).join('') },
    }));
    expect(encodeSamples(samples).length).toBeLessThan(390_000);
  });

  it('rejects numbers that it cannot encode exactly', () => {
    expect(() => encodeSamples([makeSample({ startMs: Number.POSITIVE_INFINITY })])).toThrow(RangeError);
    expect(() => encodeSamples([makeSample({ bytes: 2 ** 53 })])).toThrow(RangeError);
    expect(() => encodeSamples([makeSample({ inputTokens: 1.5 })])).toThrow(RangeError);
  });

  it('rejects bytes that are not a block, and says why', () => {
    const good = encodeSamples([makeSample(), makeSample({ requestIndex: 1 })]);
    expect(() => decodeSamples(Uint8Array.of())).toThrow(/version none/);
    expect(() => decodeSamples(Uint8Array.of(9, ...good.subarray(1)))).toThrow(/version 9/);
    expect(() => decodeSamples(good.subarray(0, good.length - 9))).toThrow(/damaged/);
    expect(() => decodeTimelines(good)).toThrow(/damaged/);
    const trailing = Uint8Array.of(1, ...zstdCompressSync(Uint8Array.of(0, 0, ...new Uint8Array(200))));
    expect(() => decodeSamples(trailing)).toThrow(/more data than its header declares/);
    const endless = Uint8Array.of(1, ...zstdCompressSync(Uint8Array.of(255, 255, 255, 255, 255, 255, 255)));
    expect(() => decodeSamples(endless)).toThrow(/damaged/);
  });
});

/** Returns uniform noise in -0.5 … 0.5, derived from a number. */
function noise(seed: number): number {
  const x = Math.sin(seed * 12.9898) * 43_758.5453;
  return x - Math.floor(x) - 0.5;
}

const printable = (seed: number) => String.fromCharCode(32 + Math.floor((noise(seed) + 0.5) * 95));

function typicalSample(i: number): Sample {
  const at = (value: number) => Math.round(value * 1_000) / 1_000;
  const startMs = at(i * 70 + 50 * noise(i));
  const firstMs = at(startMs + 600 + 160 * noise(i + 0.1));
  const outputTokens = 150 + Math.round(40 * noise(i + 0.2));
  const lastMs = at(firstMs + outputTokens * 25 + 200 * noise(i + 0.3));
  return makeSample({
    requestIndex: i,
    dueMs: startMs,
    startMs,
    sentMs: at(startMs + 0.5 + 0.4 * noise(i + 0.4)),
    headersMs: at(firstMs - 1 - noise(i + 0.5)),
    firstReadMs: firstMs,
    firstOutputMs: firstMs,
    firstAnswerMs: firstMs,
    lastOutputMs: lastMs,
    endMs: at(lastMs + 1 + noise(i + 0.6)),
    requestedOutputTokens: outputTokens,
    inputTokens: 550 + Math.round(300 * noise(i + 0.7)),
    outputTokens,
    outputEvents: outputTokens,
    reads: outputTokens + 2,
    bytes: outputTokens * 200 + Math.round(300 * noise(i + 0.8)),
  });
}
