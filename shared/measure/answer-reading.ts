import type { Dialect } from '../protocols/dialect.ts';
import type { DecodedEvent, Reads } from '../protocols/framing/decode-events.ts';
import { parseJson } from '../protocols/parts/read-event.ts';
import type { Steps } from '../time-slices.ts';
import type { Exchange } from './instrument.ts';
import { type Answer, type AnswerLimits, createAnswer, createAnswerReader, readWholeAnswer } from './read-answer.ts';

/** Size in bytes of the beginning of a long response that is kept, for messages about what came. */
const keptBytes = 65_536;

/** A response that was read: its answer, and its record with the beginning of its bytes and all of its counts. */
export type ReadResponse = {
  answer: Answer;
  exchange: Exchange;
  firstReadMs: number | null;
  reads: number;
  bytes: number;
};

export type AnswerReading = ReturnType<typeof startReading>;

/**
 * Starts to read a response, whose parts may come before its end. Keeps only the instants, the texts, and the beginning
 * of its bytes. One step reads one event. A body that begins like JSON is held back, because all of it may be one
 * value in place of a stream.
 */
export function startReading(dialect: Dialect, limits: AnswerLimits) {
  const decoder = dialect.createDecoder();
  const reader = createAnswerReader(dialect, limits);
  const total = { reads: 0, bytes: 0, firstReadMs: null as number | null, lastReadMs: 0 };
  let beginning: Uint8Array = new Uint8Array();
  let held: Reads[] | null = [];
  let heldBytes = 0;
  let isOver = false;

  const addEvents = function* (events: Iterable<DecodedEvent>, isWhole: boolean): Steps<void> {
    if (isOver) return;
    for (const event of events) {
      yield;
      // An incomplete last event is used only if the response ended normally and the event can be parsed.
      if (!event.complete && !isWhole && !event.broken) break;
      isOver = !reader.add(event);
      if (isOver) return;
    }
  };
  const decode = function* (part: Reads): Steps<void> {
    yield* addEvents(decoder.feed(part), false);
    reader.flatten();
    if (decoder.heldLength() <= limits.maxEventLength) return;
    reader.exceed(`The answer has an event of more than ${limits.maxEventLength} characters`);
    isOver = true;
  };
  const count = ({ readsAtMs, bytes }: Reads) => {
    total.firstReadMs ??= readsAtMs[0] ?? null;
    total.lastReadMs = readsAtMs.at(-1) ?? total.lastReadMs;
    total.reads += readsAtMs.length;
    total.bytes += bytes.length;
    if (beginning.length === 0) beginning = bytes;
  };
  const release = function* (): Steps<void> {
    const parts = held ?? [];
    held = null;
    for (const part of parts) yield* decode(part);
  };
  /** Takes the next part of the response. */
  const feed = function* (part: Reads): Steps<void> {
    count(part);
    if (held === null) return yield* decode(part);
    held.push(part);
    heldBytes += part.bytes.length;
    if (!beginsLikeJson(held) || heldBytes > limits.maxEventLength) yield* release();
  };
  /** Takes the end of the response, and returns what was read of it. */
  const finish = function* (exchange: Exchange): Steps<ReadResponse> {
    yield* feed(exchange);
    const bytes = held === null ? beginning : joinBytes(held);
    const whole = { ...exchange, bytes };
    const read = { exchange: total.bytes > exchange.bytes.length ? whole : exchange, ...total };
    const unstreamed = held === null ? null : readUnstreamed(whole, dialect, total.lastReadMs);
    if (unstreamed !== null) return { ...read, answer: unstreamed };
    yield* release();
    yield* addEvents(decoder.end(), exchange.failure === null);
    return { ...read, answer: reader.finish() };
  };
  return {
    feed: function* (part: Reads): Steps<void> {
      yield* feed(part);
      // Only the last part is needed whole. The others are released.
      if (beginning.length > keptBytes) beginning = beginning.slice(0, keptBytes);
    },
    finish,
  };
}

function beginsLikeJson(parts: readonly Reads[]): boolean {
  for (const { bytes } of parts) {
    const first = bytes.find((byte) => byte > 0x20);
    if (first !== undefined) return first === 0x7b || first === 0x5b;
  }
  return true;
}

function joinBytes(parts: readonly Reads[]): Uint8Array {
  const [first, ...others] = parts;
  return first !== undefined && others.length === 0
    ? first.bytes
    : new Uint8Array(Buffer.concat(parts.map(({ bytes }) => bytes)));
}

/** Returns the answer of a successful response whose body is JSON in place of a stream. Null: the body is not JSON. */
function readUnstreamed({ bytes, httpStatus }: Exchange, dialect: Dialect, atMs: number): Answer | null {
  if (bytes.length === 0 || httpStatus === null || httpStatus < 200 || httpStatus > 299) return null;
  const json = parseJson(new TextDecoder().decode(bytes));
  return json === undefined ? null : (readWholeAnswer(json, dialect, atMs) ?? createAnswer());
}
