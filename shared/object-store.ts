/* Interface of the store of large data: objects in a bucket, which do not fit in the table or in an answer. */

/** Keys start with the name of a folder. Each folder has its own rights and its own lifetime. */
export const objectFolders = {
  /** Archives of finished runs, by run. */
  runs: 'runs',
  /** Answers that are too large for the API, by run. The bucket deletes them after a day. */
  answers: 'answers',
  /** Uploaded datasets, by tenant. */
  datasets: 'datasets',
} as const;

export type ObjectFolder = keyof typeof objectFolders;

export type ObjectHead = { sizeBytes: number; contentType: string; etag: string };

/** Range of bytes from `from`, inclusive, to `to`, exclusive. */
export type ByteRange = { from: number; to: number };

/** A part of an upload that the client of a signed address has stored. Parts have numbers from 1. */
export type UploadedPart = { partNumber: number; etag: string };

export type PutOptions = {
  contentType: string;
  /** How the bytes are compressed, as in the header of the same name. Default: not at all. */
  contentEncoding?: string | undefined;
  /** How a browser shows or saves the object, as in the header of the same name. */
  contentDisposition?: string | undefined;
};

export interface ObjectStore {
  /**
   * Creates or replaces an object, in parts if it is large. Holds only a few parts in memory. After an error, the
   * previous object remains. Returns the size in bytes.
   */
  put(key: string, bytes: Uint8Array | AsyncIterable<Uint8Array>, options: PutOptions): Promise<number>;
  head(key: string): Promise<ObjectHead | null>;
  /** Reads a range of an object into memory. A range that ends after the object is cut. Null without the object. */
  readRange(key: string, range: ByteRange): Promise<Uint8Array | null>;
  /** Reads an object, or the part of it from byte `from`, as a stream. Null without the object. */
  open(key: string, from?: number): Promise<ReadableStream<Uint8Array> | null>;
  /** Removes up to 1,000 objects whose keys start with `prefix`. Returns whether more objects may remain. */
  removeSome(prefix: string): Promise<boolean>;
  /** Signs an address from which anyone can read the object until it expires. */
  signGet(key: string, expiresInSeconds: number): Promise<string>;
  /** Starts an upload in parts. Returns the upload's id. */
  startUpload(key: string, options: PutOptions): Promise<string>;
  /** Signs addresses to which anyone can PUT the parts of an upload until the addresses expire. */
  signParts(
    upload: { key: string; uploadId: string },
    partNumbers: readonly number[],
    expiresInSeconds: number,
  ): Promise<string[]>;
  /** Makes an object from the parts. @throws AppError INVALID_REQUEST if a part is missing or small, or differs */
  completeUpload(upload: { key: string; uploadId: string }, parts: readonly UploadedPart[]): Promise<void>;
  /** Removes the parts of an upload. Does nothing if the upload does not exist. */
  abortUpload(upload: { key: string; uploadId: string }): Promise<void>;
}

/** Size in bytes of the parts of an upload, except the last one. S3 requires at least 5 MiB. */
export const uploadPartBytes = 8 * 1_024 ** 2;
