import { ResponseFault } from './thread/http/read-response-head.ts';
import { ResponseReader } from './thread/http/response-reader.ts';

/** Returns the body of a response without its transfer coding, up to its end or to the first fault. */
export function readBody(bytes: Uint8Array, httpVersion: '1.1' | '2'): Uint8Array {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  // The data frames of HTTP/2 have no further coding.
  if (httpVersion === '2') return all.subarray(all.indexOf('\r\n\r\n') + 4);
  const parts: Buffer[] = [];
  const reader = new ResponseReader({
    onHead: () => {},
    onBody: (read, start, end) => parts.push(read.subarray(start, end)),
  });
  try {
    reader.read(all, all.length);
  } catch (error) {
    if (!(error instanceof ResponseFault)) throw error;
  }
  return Buffer.concat(parts);
}
