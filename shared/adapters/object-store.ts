import type { ObjectStore } from '../object-store.ts';
import type { BucketConfig } from './s3/bucket-config.ts';

/** Creates the store of large objects in an S3 bucket. Loads the S3 client on first use, because few requests need it. */
export function createObjectStore(config: BucketConfig): ObjectStore {
  let opening: Promise<ObjectStore> | null = null;
  const open = () => {
    opening ??= import('./s3/open-bucket.ts').then(({ openBucket }) => openBucket(config));
    return opening;
  };
  return {
    put: async (...values) => (await open()).put(...values),
    head: async (...values) => (await open()).head(...values),
    readRange: async (...values) => (await open()).readRange(...values),
    open: async (...values) => (await open()).open(...values),
    removeSome: async (...values) => (await open()).removeSome(...values),
    signGet: async (...values) => (await open()).signGet(...values),
    startUpload: async (...values) => (await open()).startUpload(...values),
    signParts: async (...values) => (await open()).signParts(...values),
    completeUpload: async (...values) => (await open()).completeUpload(...values),
    abortUpload: async (...values) => (await open()).abortUpload(...values),
  };
}
