import { expect, test } from 'vitest';
import { synthesize } from './synthesize.ts';

test('the bucket is private, encrypted with the key, accepts only TLS, and deletes answers and abandoned uploads', () => {
  const stack = synthesize();
  const buckets = stack.ofType('AWS::S3::Bucket');
  expect(buckets).toHaveLength(1);
  const [[id = '', bucket] = []] = buckets;
  expect(bucket).toMatchObject({
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [
        { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } },
      ],
    },
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
    OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    LifecycleConfiguration: {
      Rules: [
        { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 }, Status: 'Enabled' },
        { Prefix: 'answers/', ExpirationInDays: 1, Status: 'Enabled' },
      ],
    },
  });
  const [[, policy] = []] = stack.ofType('AWS::S3::BucketPolicy');
  expect(JSON.stringify(policy)).toContain('"aws:SecureTransport":"false"');
  // A bucket with objects cannot be deleted. A first deployment that fails leaves none.
  expect(stack.resources[id]?.DeletionPolicy).toBe('RetainExceptOnCreate');
});
