import type { Ask } from './row.ts';

/* The bytes of the reference server's responses: so regular that a reader of the bare socket can tell tokens by offsets. */

export const head = Buffer.from(
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n',
  'latin1',
);

/** One event of so many one-word tokens, in a chunk of HTTP's. */
export function chunkBytes({ tokensPerChunk }: Pick<Ask, 'tokensPerChunk'>): Buffer {
  const event = { choices: [{ index: 0, delta: { content: 'word '.repeat(tokensPerChunk) }, finish_reason: null }] };
  return framed(`data: ${JSON.stringify(event)}\n\n`);
}

/** Finish, the end marker, and the end of the response: written with the last chunk. */
export const tail = Buffer.concat([
  framed('data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'),
  Buffer.from('0\r\n\r\n', 'latin1'),
]);

function framed(text: string): Buffer {
  return Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`, 'latin1');
}
