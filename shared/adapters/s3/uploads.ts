import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { AppError } from '../../errors/app-error.ts';
import type { ObjectStore, PutOptions } from '../../object-store.ts';
import { translateS3Errors } from './s3-errors.ts';
import { signPart } from './sign-addresses.ts';

type Uploads = Pick<ObjectStore, 'startUpload' | 'signParts' | 'completeUpload' | 'abortUpload'>;

/** Names of S3's errors for parts that the client of the signed addresses did not store as it says. */
const partErrors = ['InvalidPart', 'InvalidPartOrder', 'EntityTooSmall'];

/** Creates the uploads in parts by clients that have signed addresses. */
export function createUploads(client: S3Client, signer: S3Client, bucket: string): Uploads {
  return {
    startUpload: async (key, options) => {
      const input = { Bucket: bucket, Key: key, ...describeContent(options) };
      const { UploadId } = await translateS3Errors(client.send(new CreateMultipartUploadCommand(input)));
      if (UploadId === undefined) throw new Error('S3 returned no upload id');
      return UploadId;
    },
    signParts: (upload, partNumbers, expiresInSeconds) =>
      Promise.all(partNumbers.map((partNumber) => signPart(signer, bucket, upload, partNumber, expiresInSeconds))),
    completeUpload: async ({ key, uploadId }, parts) => {
      const Parts = parts.map(({ partNumber, etag }) => ({ PartNumber: partNumber, ETag: etag }));
      const input = { Bucket: bucket, Key: key, UploadId: uploadId, MultipartUpload: { Parts } };
      try {
        await translateS3Errors(client.send(new CompleteMultipartUploadCommand(input)));
      } catch (error) {
        if (!(error instanceof Error) || !partErrors.includes(error.name)) throw error;
        throw new AppError('INVALID_REQUEST', `The parts of the upload are not valid: ${error.message}`);
      }
    },
    abortUpload: async ({ key, uploadId }) => {
      try {
        const input = { Bucket: bucket, Key: key, UploadId: uploadId };
        await translateS3Errors(client.send(new AbortMultipartUploadCommand(input)));
      } catch (error) {
        if (!(error instanceof Error) || error.name !== 'NoSuchUpload') throw error;
      }
    },
  };
}

/** Builds the headers with which S3 stores and later returns an object. */
export function describeContent({ contentType, contentEncoding, contentDisposition }: PutOptions) {
  return {
    ContentType: contentType,
    ...(contentEncoding === undefined ? {} : { ContentEncoding: contentEncoding }),
    ...(contentDisposition === undefined ? {} : { ContentDisposition: contentDisposition }),
  };
}
