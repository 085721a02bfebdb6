import { CreateBucketCommand, ListBucketsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { removeBucket } from '../../../infra/aws/remove-bucket.ts';
import { startEmbeddedS3 } from '../../../infra/local/stores/embedded-s3.ts';
import { createS3Client } from '../../../shared/adapters/s3/s3-clients.ts';

test('a stage is destroyed with its bucket and all objects, and no bucket of another stage or region', async () => {
  const { endpoint, close } = await startEmbeddedS3();
  const client = createS3Client({ region: 'us-east-1', s3Endpoint: endpoint });
  const others = ['dev-123456789012-eu-west-1', 'dev-2-123456789012-us-east-1', 'prod-123456789012-us-east-1'];
  for (const name of ['dev-123456789012-us-east-1', ...others]) {
    const Bucket = `tokenmeter-${name}`;
    await client.send(new CreateBucketCommand({ Bucket }));
    for (const Key of ['runs/a', 'answers/b']) await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
  }
  await removeBucket('dev', 'us-east-1', endpoint);
  await removeBucket('dev', 'us-east-1', endpoint);
  const { Buckets = [] } = await client.send(new ListBucketsCommand({}));
  expect(Buckets.map(({ Name }) => Name)).toEqual(others.map((name) => `tokenmeter-${name}`));
  client.destroy();
  await close();
});
