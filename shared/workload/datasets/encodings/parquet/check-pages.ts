import type { FileMetaData } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';

/** Limits on what a file may expand to, because a page of a few bytes can state any number of values. */
const maxValues = 4_000_000;
const maxUncompressedBytes = 64_000_000;
/** In this encoding, each value can be a copy of the previous one, so that its size is unlimited. */
const refusedEncoding = 'DELTA_BYTE_ARRAY';

/**
 * Checks the headers of all pages of the columns that are read.
 * @throws Error if the pages state too many values or bytes, or the values of a page have an unlimited size
 */
export function checkPages(bytes: Uint8Array, metadata: FileMetaData, columns: readonly string[]): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let [values, size] = [0, 0];
  for (const { meta_data: column } of metadata.row_groups.flatMap((group) => group.columns)) {
    if (column === undefined || !columns.includes(column.path_in_schema[0] ?? '')) continue;
    const start = Number(column.dictionary_page_offset ?? column.data_page_offset);
    const end = start + Number(column.total_compressed_size);
    if (!(start >= 0 && end <= bytes.byteLength)) throw new Error('The pages of a column are outside the file');
    for (const reader = { view, offset: start }; reader.offset < end - 1; ) {
      const page = parquetHeader(reader);
      const header = page.data_page_header ?? page.data_page_header_v2 ?? page.dictionary_page_header;
      if (page.compressed_page_size < 0) throw new Error('A page has a negative size');
      reader.offset += page.compressed_page_size;
      values += Math.abs(header?.num_values ?? 0);
      size += Math.abs(page.uncompressed_page_size);
      if (values > maxValues) throw new Error(`The file has more than ${maxValues} values`);
      if (size > maxUncompressedBytes) throw new Error(`The file has more than ${maxUncompressedBytes} bytes`);
      if (header?.encoding === refusedEncoding) throw new Error(`The encoding ${refusedEncoding} is not supported`);
    }
  }
}
