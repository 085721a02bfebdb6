import type { Dialect } from '../../protocols/dialect.ts';
import { decodeBody, type Reads } from '../../protocols/framing/decode-events.ts';
import { AnswerReader } from '../read-answer.ts';

const defaultMarkers = ['[DONE]'];
/** Only the last bytes of a read are searched for a marker, and only the last bytes of a response are decoded. */
const maxSearchedBytes = 4_096;
const maxDecodedBytes = 65_536;
const lastReads = 8;
const lf = 10;

/** Creates a function that returns whether bytes may contain the event that ends the stream. */
export function createMarkerSearch({ endMarkers = defaultMarkers, endsByFinish }: Dialect) {
  const markers = endsByFinish ? [] : endMarkers.map((text) => Buffer.from(text));
  return (bytes: Uint8Array, start: number, end: number): boolean => {
    const from = Math.max(start, end - maxSearchedBytes);
    for (const marker of markers) if (contains(bytes, from, end - marker.length, marker)) return true;
    return false;
  };
}

/** Searches without an allocation or a native call, because it runs with each read. */
function contains(bytes: Uint8Array, from: number, last: number, marker: Uint8Array): boolean {
  const first = marker[0];
  for (let at = from; at <= last; at++) {
    if (bytes[at] !== first) continue;
    let length = 1;
    while (length < marker.length && bytes[at + length] === marker[length]) length++;
    if (length === marker.length) return true;
  }
  return false;
}

/** How an answer is over: its end marker came, or only a finish reason or an error. Null: it is not over. */
export type AnswerEnd = 'marker' | 'finish' | null;

/**
 * Finds the end of an answer in the last reads of its response.
 * @param isWhole whether the reads start at the beginning of the response; if not, they may start in the middle of an event
 */
export function findAnswerEnd({ readsAtMs, readEnds, bytes }: Reads, dialect: Dialect, isWhole = true): AnswerEnd {
  const isText = dialect.mediaType.startsWith('text/');
  const earliest = Math.max(readEnds.at(-1 - lastReads) ?? 0, bytes.length - maxDecodedBytes);
  if (!isText && (bytes.length > maxDecodedBytes || !isWhole)) return null;
  // An event before the last reads may have no end yet, but a line feed never stands within a line of one.
  const start = isText && (earliest > 0 || !isWhole) ? bytes.indexOf(lf, earliest) + 1 : 0;
  const tail = bytes.subarray(start);
  const reader = new AnswerReader(dialect);
  const { answer } = reader;
  const ends = Uint32Array.of(tail.length);
  let isFinishAlone = false;
  const reads = { readsAtMs: readsAtMs.slice(-1), readEnds: ends, bytes: tail };
  for (const event of decodeBody(dialect.createDecoder(), reads)) {
    if (!event.complete) return dialect.readEvent(event).done ? 'marker' : null;
    const events = answer.outputEventsMs.length;
    const hadFinish = answer.finish !== null;
    if (!reader.add(event)) break;
    if (answer.outputEventsMs.length > events) isFinishAlone = false;
    else isFinishAlone ||= !hadFinish && answer.finish !== null;
  }
  if (answer.done) return 'marker';
  return answer.error !== null || (isFinishAlone && answer.finish?.isVoid === false) ? 'finish' : null;
}
