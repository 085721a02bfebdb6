import type { Dialect } from '../protocols/dialect.ts';
import type { DecodedEvent, Reads } from '../protocols/framing/decode-events.ts';
import { parseJson } from '../protocols/parts/read-event.ts';
import type { Steps } from '../time-slices.ts';
import type { Exchange } from './instrument.ts';
import { type Answer, type AnswerLimits, AnswerReader, createAnswer, readWholeAnswer } from './read-answer.ts';

/** Size in bytes of the beginning of a long response that is kept, for messages about what came. */
const keptBytes = 65_536;

/** Number of characters of events that one step reads. A step per event costs as much as half of an event's reading. */
const charactersPerStep = 4_096;

/** A response that was read: its answer, and its record with the beginning of its bytes and all of its counts. */
export type ReadResponse = {
  answer: Answer;
  exchange: Exchange;
  firstReadMs: number | null;
  reads: number;
  bytes: number;
};

/**
 * Reads a response, whose parts may come before its end. Keeps only the instants, the texts, and the beginning of its
 * bytes. One step reads a few events. A body that begins like JSON is held back, because all of it may be one value in
 * place of a stream.
 */
export class AnswerReading {
  private readonly dialect: Dialect;
  private readonly limits: AnswerLimits;
  private readonly decoder: ReturnType<Dialect['createDecoder']>;
  private readonly reader: AnswerReader;
  private readonly total = { reads: 0, bytes: 0, firstReadMs: null as number | null, lastReadMs: 0 };
  private beginning: Uint8Array = new Uint8Array();
  private held: Reads[] | null = [];
  private heldBytes = 0;
  private isOver = false;

  constructor(dialect: Dialect, limits: AnswerLimits) {
    this.dialect = dialect;
    this.limits = limits;
    this.decoder = dialect.createDecoder();
    this.reader = new AnswerReader(dialect, limits);
  }

  /** Takes the next part of the response. */
  *feed(part: Reads): Steps<void> {
    yield* this.addPart(part);
    // Only the last part is needed whole. The others are released.
    if (this.beginning.length > keptBytes) this.beginning = this.beginning.slice(0, keptBytes);
  }

  /** Takes the end of the response, and returns what was read of it. */
  *finish(exchange: Exchange): Steps<ReadResponse> {
    const { dialect, decoder, reader, total } = this;
    yield* this.addPart(exchange);
    const bytes = this.held === null ? this.beginning : joinBytes(this.held);
    const whole = { ...exchange, bytes };
    const read = { exchange: total.bytes > exchange.bytes.length ? whole : exchange, ...total };
    const unstreamed = this.held === null ? null : readUnstreamed(whole, dialect, total.lastReadMs);
    if (unstreamed !== null) return { ...read, answer: unstreamed };
    yield* this.release();
    yield* this.addEvents(decoder.end(), exchange.failure === null);
    return { ...read, answer: reader.finish() };
  }

  private *addPart(part: Reads): Steps<void> {
    this.count(part);
    if (this.held === null) return yield* this.decode(part);
    this.held.push(part);
    this.heldBytes += part.bytes.length;
    if (!beginsLikeJson(this.held) || this.heldBytes > this.limits.maxEventLength) yield* this.release();
  }

  private count({ readsAtMs, bytes }: Reads): void {
    const { total } = this;
    total.firstReadMs ??= readsAtMs[0] ?? null;
    total.lastReadMs = readsAtMs.at(-1) ?? total.lastReadMs;
    total.reads += readsAtMs.length;
    total.bytes += bytes.length;
    if (this.beginning.length === 0) this.beginning = bytes;
  }

  private *release(): Steps<void> {
    const parts = this.held ?? [];
    this.held = null;
    for (const part of parts) yield* this.decode(part);
  }

  private *decode(part: Reads): Steps<void> {
    yield* this.addEvents(this.decoder.feed(part), false);
    this.reader.flatten();
    const { maxEventLength } = this.limits;
    if (this.decoder.heldLength() <= maxEventLength) return;
    this.reader.exceed(`The answer has an event of more than ${maxEventLength} characters`);
    this.isOver = true;
  }

  private *addEvents(events: Iterable<DecodedEvent>, isWhole: boolean): Steps<void> {
    if (this.isOver) return;
    let length = 0;
    for (const event of events) {
      length += event.data.length;
      if (length >= charactersPerStep) {
        yield;
        length = 0;
      }
      // An incomplete last event is used only if the response ended normally and the event can be parsed.
      if (!event.complete && !isWhole && !event.broken) break;
      this.isOver = !this.reader.add(event);
      if (this.isOver) return;
    }
  }
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
