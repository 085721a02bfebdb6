/** Addresses of the servers that a suite tests. */
export type Place = {
  dynamodb: string;
  sqs: string;
  s3: string;
  /** Name of the table and the bucket, and prefix of the queue names. */
  name: string;
};

declare module 'vitest' {
  interface ProvidedContext {
    place: Place;
  }
}
