import type { Usage } from '../sample/sample.ts';
import type { Protocol, Target } from '../spec/run-spec.ts';
import type { Prompt } from '../workload/prompt.ts';
import type { DecodedEvent, Reads } from './framing/decode-events.ts';

/** An event as it came over the wire: a server-sent event, a line of JSON, or a frame of an AWS event stream. */
export type ServerSentEvent = {
  /** Its name, of whatever kind the wire has for it. */
  event: string | null;
  data: string;
  /** A frame that says what went wrong: `event` is the exception's name. */
  exception?: true;
};

/** What the provider says went wrong, in its own words. */
export type ProviderError = { code: string | null; message: string };

/** What one event says. Texts are never empty strings: a field that says nothing is left out. */
export type StreamEvent = {
  text?: string;
  reasoning?: string;
  toolCallArguments?: string;
  usage?: Usage;
  finishReason?: string;
  error?: ProviderError;
  /** The stream's own end marker. */
  done?: true;
  /** The event's data is not what the protocol sends; nothing was read from it. */
  malformed?: true;
};

/** One request of a protocol: the full URL, its headers (credential and the target's own), the bytes of its body. */
export type BuiltRequest = { url: string; headers: Record<string, string>; body: Uint8Array };

export type RequestInput = { target: Target; prompt: Prompt; apiKey: string | null };

/** A protocol: build the request, decode bytes to events, read an event. All are pure functions. */
export type Dialect = {
  protocol: Protocol;
  /** What a streamed answer is: asked for in `accept`, looked for in `content-type`. */
  mediaType: 'text/event-stream' | 'application/vnd.amazon.eventstream';
  /**
   * Where a target's requests go, and with which headers: the same for each of its requests. Where each is signed, the
   * signature is no part of them: see `signRequest`.
   */
  buildEndpoint(target: Target, apiKey: string | null): { url: string; headers: Record<string, string> };
  buildRequest(input: RequestInput): BuiltRequest;
  /** Lazy: taking the first few events costs no more than those. */
  decode(reads: Reads): Iterable<DecodedEvent>;
  /** Never throws: an event that cannot be read is `malformed`. */
  readEvent(event: ServerSentEvent): StreamEvent;
};
