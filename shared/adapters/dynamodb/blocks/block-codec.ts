import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { SampleColumns } from '../../../sample/field-kinds.ts';
import type { Sample, Timeline } from '../../../sample/sample.ts';
import { createRowWriter, createSampleColumns } from '../../../sample/sample-columns.ts';
import { columnCounts, packColumns, unpackColumns } from './block-columns.ts';
import {
  type ByteReader,
  type ByteWriter,
  createByteReader,
  createByteWriter,
  readColumn,
  writeColumn,
} from './byte-columns.ts';

/*
 * Encodes blocks of samples. A block is a version byte and zstd-compressed data: the number of samples, the distinct
 * texts, and one integer column per field. Times are rounded to 1 µs. Timelines are encoded separately.
 */

/** Maximum number of samples per block. Even with the longest error messages, a block is smaller than 400 KB. */
export const maxBlockSamples = 500;

const version = 7;
/** Adds a checksum of 4 bytes, so that a changed byte is detected. Earlier blocks have none. */
const deflating = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };
/** Limits the memory in bytes that decompressing a damaged block can use. Valid blocks need far less memory. */
const inflating = { maxOutputLength: 256 * 1024 * 1024, chunkSize: 4_096 };

/** Encodes samples as a block. @throws RangeError if a number is not finite or is too large to encode */
export function encodeSamples(samples: readonly Sample[]): Uint8Array {
  const all = createSampleColumns(samples.length);
  const writeRow = createRowWriter(all);
  for (const [row, sample] of samples.entries()) writeRow(row, sample);
  const texts = packColumns(all);
  const writer = createByteWriter();
  writer.count(samples.length);
  writeTexts(writer, texts);
  for (const column of all.columns) writeColumn(writer, column);
  return seal(writer);
}

/** Decodes a block of samples. @throws Error if the bytes are not a valid block */
export function decodeColumns(bytes: Uint8Array): SampleColumns {
  const storedCount = columnCounts[bytes[0] ?? 0] ?? 0;
  return open(bytes, (reader) => {
    const count = reader.count();
    if (count > maxBlockSamples)
      throw new RangeError(`its header declares ${count} samples, but the maximum is ${maxBlockSamples}`);
    const texts = readTexts(reader);
    // All columns of a block share one array, because a run may have tens of thousands of blocks.
    const room = new Float64Array(storedCount * count);
    const stored = Array.from({ length: storedCount }, (_, nth) =>
      readColumn(reader, room.subarray(nth * count, (nth + 1) * count)),
    );
    return unpackColumns(stored, count, texts);
  });
}

export function encodeTimelines(timelines: readonly Timeline[]): Uint8Array {
  const writer = createByteWriter();
  writer.count(timelines.length);
  const indices = Float64Array.from(timelines, ({ requestIndex }) => requestIndex);
  const lengths = Float64Array.from(timelines, ({ outputEventsMs }) => outputEventsMs.length);
  writeColumn(writer, indices);
  writeColumn(writer, lengths);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const gaps = new Float64Array(total);
  let at = 0;
  let first = 0;
  for (const { outputEventsMs } of timelines) {
    // Stores differences between successive events. A first event is relative to the previous timeline's first event.
    let before = first;
    for (const [i, ms] of outputEventsMs.entries()) {
      const us = Math.round(ms * 1_000);
      gaps[at++] = us - before;
      before = us;
      if (i === 0) first = us;
    }
  }
  writeColumn(writer, gaps);
  return seal(writer);
}

/** Decodes timelines. @throws Error if the bytes are not valid timelines */
export function decodeTimelines(bytes: Uint8Array): Timeline[] {
  return open(bytes, (reader) => {
    const count = reader.count();
    const read = (length: number) => {
      const column = new Float64Array(length);
      return readColumn(reader, column) ?? column.fill(Number.NaN);
    };
    const indices = read(count);
    const lengths = read(count);
    const gaps = read(lengths.reduce((sum, length) => sum + length, 0));
    let at = 0;
    let first = 0;
    return Array.from(indices, (requestIndex, i) => {
      const outputEventsMs: number[] = [];
      let us = first;
      for (let event = 0; event < (lengths[i] ?? 0); event++) {
        us += gaps[at++] ?? 0;
        if (event === 0) first = us;
        outputEventsMs.push(us / 1_000);
      }
      return { requestIndex, outputEventsMs };
    });
  });
}

function seal(writer: ByteWriter): Uint8Array {
  return new Uint8Array(Buffer.concat([Uint8Array.of(version), zstdCompressSync(writer.toBytes(), deflating)]));
}

function open<T>(bytes: Uint8Array, read: (reader: ByteReader) => T): T {
  if (!((bytes[0] ?? 0) in columnCounts))
    throw new Error(
      `Block version ${bytes[0] ?? 'none'} is not supported. Supported versions: ${Object.keys(columnCounts).join(', ')}`,
    );
  try {
    const reader = createByteReader(zstdDecompressSync(bytes.subarray(1), inflating));
    const result = read(reader);
    if (reader.rest() > 0) throw new RangeError('it contains more data than its header declares');
    return result;
  } catch (error) {
    throw new Error(`The block is damaged: ${error instanceof Error ? error.message : 'unknown'}`, { cause: error });
  }
}

/** Writes texts as JSON strings to preserve lone surrogates, which plain UTF-8 cannot represent. */
function writeTexts(writer: ByteWriter, list: readonly string[]): void {
  writer.count(list.length);
  for (const text of list) {
    const bytes = Buffer.from(JSON.stringify(text));
    writer.count(bytes.length);
    writer.bytes(bytes);
  }
}

function readTexts(reader: ByteReader): string[] {
  return Array.from({ length: reader.count() }, () =>
    String(JSON.parse(Buffer.from(reader.bytes(reader.count())).toString())),
  );
}
