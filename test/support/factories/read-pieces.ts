import { ResponseFault, type ResponseHead } from '../../../shared/measure/thread/http/read-response-head.ts';
import { ResponseReader } from '../../../shared/measure/thread/http/response-reader.ts';

export type Read = { status: number | null; body: string; fault: string | null; isWhole: boolean; extra: number };

/** Reads a response in these pieces, and then the end of the connection if `isEnded`. */
export function readPieces(pieces: readonly Buffer[], isEnded = true): Read {
  let head: ResponseHead | null = null;
  let body = '';
  let extra = 0;
  const reader = new ResponseReader({
    onHead: (read) => {
      head = read;
    },
    onBody: (bytes, start, end) => {
      body += Buffer.from(bytes.subarray(start, end)).toString('latin1');
    },
  });
  let fault: string | null = null;
  try {
    for (const piece of pieces) {
      // Reads are in a larger buffer with older bytes after them.
      const buffer = Buffer.concat([piece, Buffer.from('left from before')]);
      extra += piece.length - reader.read(buffer, piece.length);
    }
  } catch (error) {
    if (!(error instanceof ResponseFault)) throw error;
    fault = error.message;
  }
  const isWhole = fault === null && (isEnded ? reader.endsHere() : reader.isDone);
  const status = (head as ResponseHead | null)?.status ?? null; // the compiler does not see that a callback sets it
  return { status, body, fault, isWhole, extra };
}

export const bytesOf = (text: string) => Buffer.from(text, 'latin1');
