/*
 * Encodes columns of integers or nulls as byte planes: first the lowest byte of every value, then the second byte, and
 * so on. This order separates varying from constant bytes and compresses much better than variable-length numbers.
 */

export type ByteWriter = ReturnType<typeof createByteWriter>;
export type ByteReader = ReturnType<typeof createByteReader>;

const maxWidth = 7; // seven bytes hold every safe integer

export function createByteWriter() {
  const chunks: Uint8Array[] = [];
  return {
    bytes: (data: Uint8Array) => chunks.push(data),
    count: (value: number) => {
      const bytes: number[] = [];
      let rest = value;
      for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
      chunks.push(Uint8Array.from([...bytes, rest]));
    },
    toBytes: () => new Uint8Array(Buffer.concat(chunks)),
  };
}

/** Creates a reader for the output of a `ByteWriter`. The reader throws RangeError if the data ends too early. */
export function createByteReader(data: Uint8Array) {
  let position = 0;
  const bytes = (length: number) => {
    if (!(length >= 0) || position + length > data.length) throw new RangeError('its data ends too early');
    position += length;
    return data.subarray(position - length, position);
  };
  return {
    bytes,
    count: () => {
      let value = 0;
      for (let scale = 1; scale < 2 ** 53; scale *= 128) {
        const byte = bytes(1)[0] ?? 0;
        value += (byte & 127) * scale;
        if (byte < 128) return value;
      }
      throw new RangeError('a count is too large to be decoded');
    },
    rest: () => data.length - position,
  };
}

/** @param values integers with an absolute value below 2^52; NaN means null, and a null column contains only nulls */
export function writeColumn(writer: ByteWriter, values: Float64Array | null): void {
  const codes = values?.map(toCode) ?? new Float64Array();
  const first = codes[0] ?? 0;
  if (codes.every((code) => code === first)) {
    writer.bytes(Uint8Array.of(0));
    writer.count(first);
    return;
  }
  let max = 0;
  for (const code of codes) max = Math.max(max, code);
  const width = countBytes(max);
  writer.bytes(Uint8Array.of(width));
  for (let plane = 0, scale = 1; plane < width; plane++, scale *= 256) {
    const bytes = new Uint8Array(codes.length);
    for (let i = 0; i < codes.length; i++) bytes[i] = Math.floor((codes[i] ?? 0) / scale) % 256;
    writer.bytes(bytes);
  }
}

/** Reads a column into an array with one element per value. Returns the array, or null if every value is null. */
export function readColumn(reader: ByteReader, into: Float64Array): Float64Array | null {
  const { length } = into;
  const width = reader.bytes(1)[0] ?? 0;
  if (width > maxWidth) throw new RangeError('a column has values that need too many bytes each');
  if (width === 0) {
    const value = fromCode(reader.count());
    return Number.isNaN(value) ? null : into.fill(value);
  }
  into.set(reader.bytes(length));
  for (let plane = 1, scale = 256; plane < width; plane++, scale *= 256) {
    const bytes = reader.bytes(length);
    for (let i = 0; i < length; i++) into[i] = (into[i] ?? 0) + (bytes[i] ?? 0) * scale;
  }
  for (let i = 0; i < length; i++) into[i] = fromCode(into[i] ?? 0);
  return into;
}

/** Maps a value to a nonnegative code: null to 0, a negative value v to -2v, and any other value v to 2v + 1. */
function toCode(value: number): number {
  if (Number.isNaN(value)) return 0;
  if (!Number.isInteger(value) || Math.abs(value) >= 2 ** 52)
    throw new RangeError(`the value ${value} cannot be encoded`);
  return value < 0 ? -2 * value : 2 * value + 1;
}

function fromCode(code: number): number {
  if (code === 0) return Number.NaN;
  return code % 2 === 0 ? -code / 2 : (code - 1) / 2;
}

function countBytes(code: number): number {
  let width = 1;
  for (let bound = 256; code >= bound; bound *= 256) width++;
  return width;
}
