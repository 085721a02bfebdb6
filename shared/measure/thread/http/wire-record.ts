import type { Exchange, ExchangeWire } from '../../instrument.ts';
import { takeRecording } from '../recording.ts';
import type { ResponseHead } from './read-response-head.ts';

/** Maximum size in bytes and maximum number of reads that are kept of one response. The rest is cut off. */
const maxWireBytes = 1_048_576;
const maxWireReads = 16_384;

/** Bytes that were sent. `head` is that of HTTP/1.1 also for a request over HTTP/2. */
type Sent = { head: string; body: Uint8Array };

/** What is known of a response when its exchange ends. */
type Ending = { failure: Exchange['failure']; head: ResponseHead | null; isStillOpen: boolean };

/** Keeps the bytes of one response as the connection delivers them, with the time of each read. */
export class WireRecord {
  private readonly recording = takeRecording();
  private isCut = false;
  private isHttp2 = false;

  /** Adds a read. The time is in ms of `performance.now()`. */
  add(bytes: Buffer, length: number, atMs: number): void {
    const { recording } = this;
    const room = recording.reads < maxWireReads ? maxWireBytes - recording.length : 0;
    if (length > room) this.isCut = true;
    recording.append(bytes, 0, Math.min(length, room));
    recording.mark(atMs);
  }

  /** Adds a head of HTTP/2, in the form of HTTP/1.1. */
  addHttp2Head({ status, headers }: ResponseHead, atMs: number): void {
    const lines = Array.from(headers, ([name, value]) => `${name}: ${value}\r\n`);
    const bytes = Buffer.from(`HTTP/2 ${status}\r\n${lines.join('')}\r\n`, 'latin1');
    this.isHttp2 = true;
    this.add(bytes, bytes.length, atMs);
  }

  /** Releases the record of a sending that is followed by another one. */
  discard(): void {
    this.recording.finish(0);
  }

  /** Returns the kept bytes with times in ms since the session's origin. The record cannot be used afterwards. */
  finish(originMs: number, sent: Sent, ending: Ending): ExchangeWire {
    const { isCut, isHttp2 } = this;
    return {
      httpVersion: isHttp2 ? '2' : '1.1',
      requestHead: sent.head,
      requestBody: sent.body,
      response: this.recording.finish(originMs),
      isCut,
      end: describeEnd(ending, isHttp2),
    };
  }
}

function describeEnd({ failure, head, isStillOpen }: Ending, isHttp2: boolean): ExchangeWire['end'] {
  if (isStillOpen) return 'stopped';
  if (failure === null) return head?.body.kind === 'close' && !isHttp2 ? 'closed' : 'complete';
  if (failure.kind !== 'broken') return 'stopped';
  return failure.message.includes('ECONNRESET') ? 'reset' : 'closed';
}
