import { isHeaderLine, ResponseFault } from './read-response-head.ts';

/** Receives the bytes of a body: the part of `bytes` from `start` to `end`, which is valid only during the call. */
export interface BodySink {
  onBody(bytes: Buffer, start: number, end: number): void;
}

/** Maximum size in bytes of one chunk's extensions, and of all trailers together, so that memory use stays limited. */
const maxAsideBytes = 16_384;
/** Maximum size in bytes of all chunk extensions of a body. The limit for the body's own size does not include them. */
const maxExtensionBytes = 1_048_576;
const maxSizeDigits = 12;

const cr = 13;
const lf = 10;
const semicolon = 59;

type State = 'size' | 'extension' | 'size-lf' | 'data' | 'data-cr' | 'data-lf' | 'trailer' | 'trailer-lf';

/**
 * Decodes a chunked body as it arrives (RFC 9112, section 7.1), with only a few comparisons per chunk. Bytes of a chunk
 * that arrive in one read are passed on together. Ignores extensions and trailers.
 */
export class ChunkedBody {
  isDone = false;
  private state: State = 'size';
  private size = 0;
  private digits = 0;
  private asideBytes = 0;
  private extensionBytes = 0;
  /** The trailer line that is being read. */
  private trailer = '';

  /**
   * Reads `bytes` from offset `at` to offset `length`, or to the end of the body.
   * @returns the offset at which reading stopped
   * @throws ResponseFault if the chunk framing is invalid
   */
  read(bytes: Buffer, at: number, length: number, sink: BodySink): number {
    let next = at;
    while (next < length && !this.isDone) {
      if (this.state === 'data') {
        const end = Math.min(length, next + this.size);
        sink.onBody(bytes, next, end);
        this.size -= end - next;
        next = end;
        if (this.size === 0) this.state = 'data-cr';
      } else this.step(bytes[next++] ?? 0);
    }
    return next;
  }

  private step(byte: number): void {
    if (this.state === 'size') this.readSize(byte);
    else if (this.state === 'size-lf') {
      this.expect(byte, lf);
      this.state = this.size === 0 ? 'trailer' : 'data';
    } else if (this.state === 'data-cr') {
      this.expect(byte, cr);
      this.state = 'data-lf';
    } else if (this.state === 'data-lf') {
      this.expect(byte, lf);
      this.state = 'size';
      this.size = 0;
      this.digits = 0;
      this.asideBytes = 0;
    } else this.passOver(byte);
  }

  private readSize(byte: number): void {
    const digit = readHexDigit(byte);
    if (digit >= 0) {
      this.size = this.size * 16 + digit;
      if (++this.digits > maxSizeDigits) throw new ResponseFault('a chunk size is malformed');
    } else if (this.digits === 0) throw new ResponseFault('a chunk size is malformed');
    else if (byte === cr) this.state = 'size-lf';
    else if (byte === semicolon) this.state = 'extension';
    else throw new ResponseFault('a chunk size is malformed');
  }

  private passOver(byte: number): void {
    if (++this.asideBytes > maxAsideBytes)
      throw new ResponseFault(`${this.state === 'extension' ? 'a chunk extension is' : 'the trailers are'} too large`);
    if (this.state === 'extension') {
      if (++this.extensionBytes > maxExtensionBytes) throw new ResponseFault('the chunk extensions are too large');
      if (byte === cr) this.state = 'size-lf';
      else if (byte === lf) throw new ResponseFault('a chunk size is malformed');
    } else if (this.state === 'trailer') this.readTrailer(byte);
    else {
      this.expect(byte, lf);
      if (this.trailer === '') this.isDone = true;
      else if (!isHeaderLine(this.trailer)) throw new ResponseFault('a trailer is malformed');
      this.trailer = '';
      this.state = 'trailer';
    }
  }

  private readTrailer(byte: number): void {
    if (byte === cr) this.state = 'trailer-lf';
    else this.trailer += String.fromCharCode(byte);
  }

  private expect(byte: number, wanted: number): void {
    if (byte !== wanted) throw new ResponseFault('a chunk does not end where its size says');
  }
}

/** Returns the value of a hexadecimal digit (an ASCII code); -1 for any other byte. */
function readHexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
