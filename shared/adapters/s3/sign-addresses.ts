import { GetObjectCommand, type S3Client, UploadPartCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

/** Signs an address from which an object can be read. Needs no request to S3. */
export function signObject(signer: S3Client, bucket: string, key: string, expiresIn: number): Promise<string> {
  return getSignedUrl(signer, new GetObjectCommand({ Bucket: bucket, Key: key }), { expiresIn });
}

/** Signs an address to which one part of an upload can be PUT. */
export function signPart(
  signer: S3Client,
  bucket: string,
  { key, uploadId }: { key: string; uploadId: string },
  partNumber: number,
  expiresIn: number,
): Promise<string> {
  const input = { Bucket: bucket, Key: key, UploadId: uploadId, PartNumber: partNumber };
  return getSignedUrl(signer, new UploadPartCommand(input), { expiresIn });
}
