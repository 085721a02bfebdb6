import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Compressors } from 'hyparquet';
import type { ByteWriter } from 'hyparquet-writer';

/** Part of a Parquet file, and the number of rows in it. */
export type FilePiece = { bytes: Uint8Array<ArrayBuffer>; rows: number };

/** Version of the columns in an archive. A reader of a later version also reads earlier files. */
export const archiveVersion = 1;

const level = { params: { [constants.ZSTD_c_compressionLevel]: 3 } };

/** Settings of every Parquet file of an archive. They contain no time, so that equal samples give equal bytes. */
export const parquetForm = {
  codec: 'ZSTD' as const,
  compressors: { ZSTD: (bytes: Uint8Array) => new Uint8Array(zstdCompressSync(bytes, level)) },
  kvMetadata: [{ key: 'tokenmeter.archiveVersion', value: String(archiveVersion) }],
  createdBy: 'tokenmeter',
};

export const parquetCompressors: Compressors = {
  ZSTD: (input, maxOutputLength) => zstdDecompressSync(input, { maxOutputLength }),
};

/** Returns the bytes that were written since the last call, and reuses their memory. */
export function takeBytes(writer: ByteWriter): Uint8Array<ArrayBuffer> {
  const bytes = writer.getBytes().slice();
  writer.index = 0;
  return bytes;
}
