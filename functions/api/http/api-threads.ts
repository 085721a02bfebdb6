import type { Principal } from './principal.ts';

/** An admitted request, as it is sent to another thread. */
export type ForwardedRequest = {
  url: string;
  method: string;
  headers: [string, string][];
  body: Uint8Array<ArrayBuffer> | null;
  principal: Principal;
};

/** A response from another thread. A long body is a stream. */
export type ForwardedResponse = {
  status: number;
  headers: [string, string][];
  body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null;
};

/** Threads that answer the requests whose work would hold up other requests. */
export interface ApiThreads {
  /**
   * Answers a request on a thread.
   * @param isRendering Whether the answer takes seconds to compute. Only a few such requests run at the same time, and
   *   equal ones run one after the other
   * @throws AppError UNAVAILABLE if the thread ends before it answers, for example because its memory is full
   */
  answer(request: ForwardedRequest, options: { isRendering: boolean }): Promise<ForwardedResponse>;
}
