import { beforeAll, describe, inject } from 'vitest';
import { createObjectStore } from '../../shared/adapters/object-store.ts';
import { ensureBucket } from '../../shared/adapters/s3/ensure-bucket.ts';
import type { ObjectStore } from '../../shared/object-store.ts';
import { describeObjectStore } from '../contract/object-store.contract.ts';

describe('objects', () => {
  let objects: ObjectStore;
  beforeAll(async () => {
    const { s3, name } = inject('place');
    const config = { region: 'us-east-1', bucketName: `${name}-objects`, s3Endpoint: s3, s3PublicEndpoint: null };
    await ensureBucket(config);
    objects = createObjectStore(config);
  });

  describeObjectStore(() => ({ objects, send: fetch }));
});
