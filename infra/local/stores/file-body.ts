import { createReadStream, statSync } from 'node:fs';
import { Readable } from 'node:stream';

/** Bytes in files, with the members of a Buffer that fauxqs uses. They are read when the stream is read. */
export type FileBody = Readable & { length: number; subarray(from: number, to: number): FileBody };

/** A range of a file's bytes. The end is exclusive. */
type Piece = { path: string; from: number; to: number };

/** Creates a body of the bytes of these files, one after another. */
export function createFileBody(paths: readonly string[]): FileBody {
  return createBody(paths.map((path) => ({ path, from: 0, to: statSync(path).size })));
}

function createBody(pieces: readonly Piece[]): FileBody {
  const length = pieces.reduce((sum, { from, to }) => sum + to - from, 0);
  const subarray = (from: number, to: number) => createBody(cutPieces(pieces, from, to));
  return Object.assign(Readable.from(readPieces(pieces), { objectMode: false }), { length, subarray });
}

/** Cuts out the bytes from `from`, inclusive, to `to`, exclusive. */
function cutPieces(pieces: readonly Piece[], from: number, to: number): Piece[] {
  let start = 0;
  return pieces.flatMap((piece) => {
    const offset = piece.from - start;
    const cut = { path: piece.path, from: Math.max(piece.from, from + offset), to: Math.min(piece.to, to + offset) };
    start += piece.to - piece.from;
    return cut.from < cut.to ? [cut] : [];
  });
}

async function* readPieces(pieces: readonly Piece[]): AsyncGenerator<Buffer> {
  for (const { path, from, to } of pieces)
    if (from < to) yield* createReadStream(path, { start: from, end: to - 1, highWaterMark: 256 * 1_024 });
}
