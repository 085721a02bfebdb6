import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
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
 * Blocks of samples as bytes: version byte, then zstd over a count, the texts that occur, and one column of whole numbers
 * per field. Instants and durations are kept to the microsecond, everything else exactly. Timelines are packed apart.
 */

/**
 * How many samples a block may have. About 30 bytes each are usual; with the longest distinct error messages there are,
 * this many still fit in an item of 400 KB.
 */
export const maxBlockSamples = 500;

const version = 4;
/** A block of ours inflates to far less: a damaged one must not take the memory of the process. In small steps, as most are small. */
const inflating = { maxOutputLength: 256 * 1024 * 1024, chunkSize: 4_096 };

/** @throws RangeError where a number is not finite or too large to pack */
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

/** @throws Error that says what is wrong, where the bytes are no block of samples */
export function decodeColumns(bytes: Uint8Array): SampleColumns {
  const columnsThere = columnCounts[bytes[0] ?? 0] ?? 0;
  return open(bytes, (reader) => {
    const count = reader.count();
    if (count > maxBlockSamples) throw new RangeError(`it says that it has ${count} samples`);
    const texts = readTexts(reader);
    // One piece of memory for all: there may be tens of thousands of blocks.
    const room = new Float64Array(columnsThere * count);
    const stored = Array.from({ length: columnsThere }, (_, nth) =>
      readColumn(reader, room.subarray(nth * count, (nth + 1) * count)),
    );
    return unpackColumns(stored, count, texts);
  });
}

export function encodeTimelines(timelines: readonly Timeline[]): Uint8Array {
  const writer = createByteWriter();
  writer.count(timelines.length);
  writeColumn(
    writer,
    Float64Array.from(timelines, ({ requestIndex: index }) => index),
  );
  writeColumn(
    writer,
    Float64Array.from(timelines, ({ outputEventsMs }) => outputEventsMs.length),
  );
  const total = timelines.reduce((sum, { outputEventsMs }) => sum + outputEventsMs.length, 0);
  const gaps = new Float64Array(total);
  let at = 0;
  let first = 0;
  for (const { outputEventsMs } of timelines) {
    // Each timeline starts from where the one before it did, and goes on from event to event.
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

/** @throws Error that says what is wrong, where the bytes are no timelines */
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
  return new Uint8Array(Buffer.concat([Uint8Array.of(version), zstdCompressSync(writer.toBytes())]));
}

function open<T>(bytes: Uint8Array, read: (reader: ByteReader) => T): T {
  if (!((bytes[0] ?? 0) in columnCounts))
    throw new Error(
      `Blocks of version ${bytes[0] ?? 'none'} cannot be read, only of ${Object.keys(columnCounts).join(', ')}`,
    );
  try {
    const reader = createByteReader(zstdDecompressSync(bytes.subarray(1), inflating));
    const result = read(reader);
    if (reader.rest() > 0) throw new RangeError('there is more data than it says');
    return result;
  } catch (error) {
    throw new Error(`The block is damaged: ${error instanceof Error ? error.message : 'unknown'}`, { cause: error });
  }
}

function writeTexts(writer: ByteWriter, list: readonly string[]): void {
  writer.count(list.length);
  for (const text of list) {
    const bytes = Buffer.from(JSON.stringify(text));
    writer.count(bytes.length);
    writer.bytes(bytes);
  }
}

/** As JSON strings, which keep lone surrogates that UTF-8 would lose. */
function readTexts(reader: ByteReader): string[] {
  return Array.from({ length: reader.count() }, () =>
    String(JSON.parse(Buffer.from(reader.bytes(reader.count())).toString())),
  );
}
