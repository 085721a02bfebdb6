import { type BodySink, ChunkedBody } from './chunked-body.ts';
import { ResponseFault, type ResponseHead, readResponseHead } from './read-response-head.ts';

export interface ResponseSink extends BodySink {
  /** Receives the final response head. Interim responses (1xx) are skipped. */
  onHead(head: ResponseHead): void;
}

const maxHeadBytes = 16_384;
/** Maximum size in bytes of all interim responses (1xx) before a response. */
const maxInterimBytes = 65_536;
const blankLine = '\r\n\r\n';
const protocolStart = 'HTTP/1.';

/** Reads one response from a connection's bytes, which may be split anywhere. Parses only the framing, not the body. */
export class ResponseReader {
  isDone = false;
  private readonly sink: ResponseSink;
  private head: ResponseHead | null = null;
  private headText = '';
  private interimBytes = 0;
  private chunked: ChunkedBody | null = null;
  /** Remaining bytes of a body that has a content length. */
  private bytesLeft = 0;

  constructor(sink: ResponseSink) {
    this.sink = sink;
  }

  /**
   * Reads the first `length` bytes of `bytes`, or fewer if the response ends earlier.
   * @returns the number of bytes read
   * @throws ResponseFault if the bytes are not HTTP/1.1; the reader cannot be used afterwards
   */
  read(bytes: Buffer, length: number): number {
    let at = 0;
    while (at < length && !this.isDone)
      at = this.head === null ? this.readHead(bytes, at, length) : this.readBody(bytes, at, length);
    return at;
  }

  /** Returns whether the response is complete if the connection ends now. */
  endsHere(): boolean {
    if (this.head?.body.kind === 'close') this.isDone = true;
    return this.isDone;
  }

  private readBody(bytes: Buffer, at: number, length: number): number {
    if (this.chunked !== null) {
      const next = this.chunked.read(bytes, at, length, this.sink);
      this.isDone = this.chunked.isDone;
      return next;
    }
    const end = Math.min(length, at + this.bytesLeft);
    this.sink.onBody(bytes, at, end);
    this.bytesLeft -= end - at;
    this.isDone = this.bytesLeft === 0;
    return end;
  }

  private readHead(bytes: Buffer, at: number, length: number): number {
    const before = this.headText.length;
    this.headText += bytes.toString('latin1', at, Math.min(length, at + maxHeadBytes - before));
    const end = this.headText.indexOf(blankLine);
    if (end < 0) {
      this.checkUnfinished();
      return length;
    }
    const head = readResponseHead(this.headText.slice(0, end));
    this.headText = '';
    if (head.status >= 200) this.startBody(head);
    else if (head.status === 101) throw new ResponseFault('it switches to another protocol');
    else this.countInterim(end + blankLine.length);
    return at + end + blankLine.length - before;
  }

  private countInterim(bytes: number): void {
    this.interimBytes += bytes;
    if (this.interimBytes > maxInterimBytes) throw new ResponseFault('the interim responses are too large');
  }

  private startBody(head: ResponseHead): void {
    this.head = head;
    this.sink.onHead(head);
    if (head.body.kind === 'chunked') this.chunked = new ChunkedBody();
    else this.bytesLeft = head.body.kind === 'length' ? head.body.bytes : Number.POSITIVE_INFINITY;
    this.isDone = this.chunked === null && this.bytesLeft === 0;
  }

  /** Throws early if an incomplete head can no longer become valid. */
  private checkUnfinished(): void {
    const text = this.headText;
    if (!text.startsWith(protocolStart.slice(0, text.length))) throw new ResponseFault('the status line is malformed');
    if (text.length >= maxHeadBytes) throw new ResponseFault('the head is too large');
    if (/[^\r]\n/.test(text)) throw new ResponseFault('a header line is malformed');
  }
}
