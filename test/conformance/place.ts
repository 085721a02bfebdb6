/** Where a suite finds the servers that it is to hold to their contract. */
export type Place = {
  dynamodb: string;
  sqs: string;
  /** Of the table; the queues' names begin with it. */
  name: string;
};

declare module 'vitest' {
  interface ProvidedContext {
    place: Place;
  }
}
