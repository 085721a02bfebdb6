/** Addresses of the servers that a suite tests. */
export type Place = {
  dynamodb: string;
  sqs: string;
  /** Name of the table and prefix of the queue names. */
  name: string;
};

declare module 'vitest' {
  interface ProvidedContext {
    place: Place;
  }
}
