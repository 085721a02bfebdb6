import type { ConnectPhases } from '../../../egress/open-socket.ts';
import type { BodySink } from './chunked-body.ts';
import type { ResponseHead } from './read-response-head.ts';
import type { WireRecord } from './wire-record.ts';

/** Receives the events of a request that was written. Times are in ms of this thread's `performance.now()`. */
export interface ResponseHandler extends BodySink {
  /** Keeps the bytes of the response as they come. Null: they are not kept. */
  readonly wire: WireRecord | null;
  /** Called when the kernel has accepted the whole request. After a call inside `send`, a second call follows. */
  onWritten(): void;
  onHead(atMs: number, head: ResponseHead): void;
  /** Called after all body bytes of one socket read were passed on. */
  onReadEnd(atMs: number): void;
  onEnd(atMs: number): void;
  /** Called if the response cannot be completed. The error is a `ResponseFault` if the bytes are not HTTP. */
  onBroken(error: Error): void;
}

/** A connection that sends requests one at a time, over any version of HTTP. */
export interface Connection {
  readonly httpVersion: '1.1' | '2';
  /** Whether the connection has already sent a request. */
  readonly used: boolean;
  /** Whether bytes of a response to the last request have arrived. */
  readonly hasReceived: boolean;
  /** Whether the other side ended the connection. */
  readonly isClosedByPeer: boolean;
  readonly isOpen: boolean;
  /** Whether the kernel has accepted all bytes that were sent. */
  readonly isWritten: boolean;
  /** Time in ms until a proxy opened a tunnel; null without one. */
  readonly tunnelMs: number | null;
  readonly phases: ConnectPhases;
  /**
   * Encodes a request. The returned function writes it; the handler receives the response.
   * @param head the part of the head that all requests share: see `buildRequestHead`
   */
  prepare(head: string, body: Uint8Array, headers?: Record<string, string>): (handler: ResponseHandler) => void;
  pause(): void;
  resume(): void;
  /** Gives the rest of an open response to another handler. */
  handOver(handler: ResponseHandler): void;
  /** Closes the connection. An open request fails. */
  destroy(): void;
}
