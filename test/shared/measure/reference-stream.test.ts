import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatReferenceChunk, readReference } from '../../../shared/measure/reference-stream.ts';
import { makeExchange } from '../../support/factories/make-exchange.ts';

/** What follows the length of an HTTP chunk: the event as the client gets it. */
const makeEvent = (chunk: string): string => chunk.slice(chunk.indexOf('\r\n') + 2, -2);

const buildExchange = (parts: { text: string; atMs: number }[]) =>
  makeExchange(
    parts.map(({ text }) => text),
    { startMs: 100, readsAtMs: Float64Array.from(parts, ({ atMs }) => atMs) },
  );

test('reads back the errors at any split of the stream into reads', () => {
  const anyStream = fc.array(
    fc.record({ gapMs: fc.integer({ min: 1, max: 80 }), lateMs: fc.integer({ min: 0, max: 30 }) }),
    {
      minLength: 1,
      maxLength: 20,
    },
  );
  fc.assert(
    fc.property(anyStream, fc.integer({ min: 1, max: 40 }), (events, leadMs) => {
      const originMs = 5_000_000.25;
      const receivedMs = originMs + 100 + leadMs;
      let sentMs = receivedMs;
      const parts: { text: string; atMs: number }[] = [];
      for (const { gapMs, lateMs } of events) {
        sentMs += gapMs;
        const text = makeEvent(formatReferenceChunk(receivedMs, sentMs));
        // Its first half comes at once, and does not complete it.
        parts.push({ text: text.slice(0, 30), atMs: sentMs - originMs });
        parts.push({ text: text.slice(30), atMs: sentMs - originMs + lateMs });
      }
      const found = readReference(buildExchange(parts), originMs);
      expect(found.startMs).toBeCloseTo(leadMs, 3);
      expect(found.stampsMs).toHaveLength(events.length);
      for (const [k, { lateMs }] of events.entries()) expect(found.stampsMs[k]).toBeCloseTo(lateMs, 3);
    }),
  );
});

test('ignores a truncated event and a missing response', () => {
  const event = makeEvent(formatReferenceChunk(1, 2));
  expect(readReference(makeExchange([event.slice(0, -1)]), 0).stampsMs).toEqual([]);
  expect(readReference(makeExchange([]), 0)).toEqual({ stampsMs: [], startMs: null });
});
