import { CreateBucketCommand } from '@aws-sdk/client-s3';
import type { BucketConfig } from './bucket-config.ts';
import { createS3Client } from './s3-clients.ts';

/** Creates the bucket of an emulated service if it does not exist. On AWS, the stack creates the bucket. */
export async function ensureBucket(config: Omit<BucketConfig, 's3PublicEndpoint'>): Promise<void> {
  const client = createS3Client(config);
  try {
    await client.send(new CreateBucketCommand({ Bucket: config.bucketName }));
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'BucketAlreadyOwnedByYou') throw error;
  } finally {
    client.destroy();
  }
}
