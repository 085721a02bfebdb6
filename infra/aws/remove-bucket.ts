import { DeleteBucketCommand, ListBucketsCommand } from '@aws-sdk/client-s3';
import { createObjectStore } from '../../shared/adapters/object-store.ts';
import { createS3Client } from '../../shared/adapters/s3/s3-clients.ts';
import { nameBucket } from './names.ts';

/** Deletes the bucket of a deployment stage with all its objects, if it exists. */
export async function removeBucket(stage: string, region: string, s3Endpoint: string | null = null): Promise<void> {
  const client = createS3Client({ region, s3Endpoint });
  // The name contains the number of the account, which the credentials do not tell.
  const pattern = new RegExp(`^${nameBucket(stage, region, '\\d{12}')}$`);
  const { Buckets = [] } = await client.send(new ListBucketsCommand({}));
  for (const { Name = '' } of Buckets) {
    if (!pattern.test(Name)) continue;
    const objects = createObjectStore({ region, bucketName: Name, s3Endpoint, s3PublicEndpoint: null });
    while (await objects.removeSome(''));
    await client.send(new DeleteBucketCommand({ Bucket: Name }));
  }
  client.destroy();
}
