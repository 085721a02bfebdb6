/** One read of a connection through the recorder, or its end. A recording is a file with one entry per line. */
export type Entry = {
  connection: number;
  kind: 'request' | 'response' | 'request-end' | 'response-end';
  /** Monotonic time of the read in ms. */
  atMs: number;
  base64: string;
};
