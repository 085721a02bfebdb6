import type { Config } from '../../config.ts';

/** Settings of the bucket, and of the servers on one machine. */
export type BucketConfig = Pick<Config, 'region' | 'bucketName' | 's3Endpoint' | 's3PublicEndpoint'>;
