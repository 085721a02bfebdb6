/** Bodies up to this size in bytes are sent in one message, and longer ones as a stream of such pieces. */
const maxPieceBytes = 65_536;

/**
 * Reads a body into one array, which can be transferred to another thread. A body with more than `maxBytes` becomes a
 * stream of pieces.
 */
export async function packBody(
  body: ReadableStream<Uint8Array>,
  maxBytes = maxPieceBytes,
): Promise<Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>> {
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  while (bytes <= maxBytes) {
    const { done, value } = await reader.read();
    if (done) return concatChunks(chunks);
    chunks.push(value);
    bytes += value.length;
  }
  return streamPieces(chunks, reader);
}

/** Joins chunks in a buffer of their own, which can be transferred to another thread; Node's pooled buffers cannot. */
export function concatChunks(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

/** Streams the chunks that were read, and then the rest. Each piece is a copy, because a message copies its buffer. */
function streamPieces(first: Uint8Array[], reader: ReadableStreamDefaultReader<Uint8Array>) {
  async function* readPieces() {
    for (let chunk = first.shift(); chunk !== undefined; chunk = first.shift() ?? (await reader.read()).value)
      for (let start = 0; start < chunk.length; start += maxPieceBytes) yield chunk.slice(start, start + maxPieceBytes);
  }
  const pieces = readPieces();
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: async (reason) => {
      await reader.cancel(reason);
    },
  });
}
