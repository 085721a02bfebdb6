import { Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { objectFolders } from '../../../shared/object-store.ts';

/**
 * Creates the bucket for large data. It outlives the stack, because CloudFormation cannot delete a bucket that has
 * objects: `npm run destroy` deletes it after the stack. A first deployment that fails leaves no bucket.
 */
export function createBucket(stack: Stack, bucketName: string, key: Key): Bucket {
  return new Bucket(stack, 'Objects', {
    bucketName,
    encryption: BucketEncryption.KMS,
    encryptionKey: key,
    // One key of the bucket encrypts many objects, so that KMS is not called, and billed, for each object.
    bucketKeyEnabled: true,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    lifecycleRules: [
      { id: 'abandoned-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      { id: 'answers', prefix: `${objectFolders.answers}/`, expiration: Duration.days(1) },
    ],
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
}
