import { S3Client } from '@aws-sdk/client-s3';
import { buildClientOptions } from '../aws-clients.ts';
import type { BucketConfig } from './bucket-config.ts';

/** Timeouts in ms. A part of 8 MiB may take some seconds over a slow network. */
const limits = { connectionTimeout: 2_000, requestTimeout: 30_000, throwOnRequestTimeout: true };

/** Creates a client of the bucket's region, or of an emulated service, which has no host name for each bucket. */
export function createS3Client({ region, s3Endpoint }: Pick<BucketConfig, 'region' | 's3Endpoint'>): S3Client {
  const client = new S3Client({
    region,
    ...buildClientOptions(s3Endpoint, limits),
    forcePathStyle: s3Endpoint !== null,
  });
  // Even with logging off, the logger middleware copies each response.
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}

/** Creates a client that only signs addresses. An embedded service has another address for clients outside. */
export function createSigningClient({ region, s3Endpoint, s3PublicEndpoint }: BucketConfig): S3Client {
  const endpoint = s3PublicEndpoint ?? s3Endpoint;
  return new S3Client({
    region,
    ...buildClientOptions(endpoint, limits),
    forcePathStyle: endpoint !== null,
    // The body is not known yet, so its checksum cannot be part of the address.
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
}
