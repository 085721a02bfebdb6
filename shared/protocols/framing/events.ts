/** An event as received: a server-sent event, a line of JSON, or a frame of an AWS event stream. */
export type WireEvent = {
  /** The name of the event; null where the wire has none. */
  event: string | null;
  data: string;
  /** The frame reports an exception; `event` is the name of that exception. */
  exception?: true;
};

/** The reads of a response body: the arrival time of each (ms) and the offset in `bytes` at which it ends. */
export type Reads = { readsAtMs: Float64Array; readEnds: Uint32Array; bytes: Uint8Array };

export type DecodedEvent = WireEvent & {
  /** Arrival of the read that completed the event, ms. */
  atMs: number;
  /** False for the last event of a body that ended before the event was complete. */
  complete: boolean;
  /** The framing is broken here, and nothing after it can be read; `data` describes the fault. */
  broken?: true;
};

/** Turns bytes into events as they arrive. */
export type EventDecoder = {
  /** Returns the events that these bytes complete. */
  feed(bytes: Uint8Array): WireEvent[];
  /** Returns the remaining, incomplete events. */
  end(): WireEvent[];
};
