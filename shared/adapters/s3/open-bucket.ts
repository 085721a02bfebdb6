import { Readable } from 'node:stream';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { type ObjectStore, type PutOptions, uploadPartBytes } from '../../object-store.ts';
import type { BucketConfig } from './bucket-config.ts';
import { createS3Client, createSigningClient } from './s3-clients.ts';
import { findObject, translateS3Errors } from './s3-errors.ts';
import { signObject } from './sign-addresses.ts';
import { createUploads, describeContent } from './uploads.ts';

/** Opens the bucket of the configuration as a store of objects. */
export function openBucket(config: BucketConfig): ObjectStore {
  const client = createS3Client(config);
  const signer = createSigningClient(config);
  const bucket = config.bucketName;
  return {
    ...createReader(client, bucket),
    ...createUploads(client, signer, bucket),
    put: (key, bytes, options) => translateS3Errors(putObject(client, bucket, key, bytes, options)),
    removeSome: (prefix) => translateS3Errors(removeSome(client, bucket, prefix)),
    signGet: (key, expiresInSeconds) => signObject(signer, bucket, key, expiresInSeconds),
  };
}

async function putObject(
  client: S3Client,
  bucket: string,
  key: string,
  bytes: Uint8Array | AsyncIterable<Uint8Array>,
  options: PutOptions,
): Promise<number> {
  let sizeBytes = 0;
  async function* count(pieces: AsyncIterable<Uint8Array>) {
    for await (const piece of pieces) {
      sizeBytes += piece.length;
      yield piece;
    }
  }
  const isWhole = bytes instanceof Uint8Array;
  if (isWhole) sizeBytes = bytes.length;
  const Body = isWhole ? bytes : Readable.from(count(bytes), { objectMode: false });
  const params = { Bucket: bucket, Key: key, Body, ...describeContent(options) };
  await new Upload({ client, params, partSize: uploadPartBytes, queueSize: 2 }).done();
  return sizeBytes;
}

function createReader(client: S3Client, bucket: string): Pick<ObjectStore, 'head' | 'readRange' | 'open'> {
  const get = (key: string, range?: string) =>
    client.send(new GetObjectCommand({ Bucket: bucket, Key: key, ...(range === undefined ? {} : { Range: range }) }));
  return {
    head: async (key) => {
      const found = await findObject(client.send(new HeadObjectCommand({ Bucket: bucket, Key: key })));
      if (found === null) return null;
      const { ContentLength = 0, ContentType = 'application/octet-stream', ETag = '' } = found;
      return { sizeBytes: ContentLength, contentType: ContentType, etag: ETag };
    },
    readRange: async (key, { from, to }) => {
      if (to <= from) return new Uint8Array(0);
      const read = async () => {
        const { Body } = await get(key, `bytes=${from}-${to - 1}`);
        return (await Body?.transformToByteArray()) ?? new Uint8Array(0);
      };
      // The SDK repeats requests, but not the reading of a body that breaks off.
      return findObject(read().catch((error: unknown) => (isBrokenOff(error) ? read() : Promise.reject(error))));
    },
    open: async (key, from = 0) => {
      const found = await findObject(get(key, from === 0 ? undefined : `bytes=${from}-`));
      return found?.Body?.transformToWebStream() ?? null;
    },
  };
}

function isBrokenOff(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && ['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'].includes(`${error.code}`)
  );
}

async function removeSome(client: S3Client, bucket: string, prefix: string): Promise<boolean> {
  const { Contents = [], IsTruncated = false } = await client.send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }),
  );
  const Objects = Contents.flatMap(({ Key }) => (Key === undefined ? [] : [{ Key }]));
  if (Objects.length === 0) return false;
  const { Errors = [] } = await client.send(
    new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
  );
  const [failed] = Errors;
  if (failed !== undefined)
    throw new Error(
      `S3 did not remove ${Errors.length} objects, such as ${failed.Key}: ${failed.Code} ${failed.Message}`,
    );
  return IsTruncated;
}
