import type { Prompt } from '../workload/prompt.ts';
import type { StreamDecoder, WireEvent } from './framing/decode-events.ts';
import type { UsageFooting, UsageStatement } from './usage-statement.ts';

export type ProviderError = {
  code: string | null;
  message: string;
  /** The error turns the request down for its rate or quota, like HTTP status 429. */
  isRateLimit?: true;
  /** Wait in ms that the error requested. */
  retryAfterMs?: number;
};

/** The content of one event. Empty fields are omitted, so a text is never an empty string. */
export type StreamEvent = {
  text?: string;
  reasoning?: string;
  toolCallArguments?: string;
  /** Name of a tool call that begins. The model generated it, so the event is output even without arguments. */
  toolCallName?: string;
  /** The texts may be the whole answer so far, because the message is not a delta. */
  isWhole?: true;
  usage?: UsageStatement;
  finishReason?: string;
  error?: ProviderError;
  /** Words of the server about its finish reason. */
  finishMessage?: string;
  /** Names of text fields that the protocol does not define. */
  unread?: string;
  /** The event is the end marker of the stream. */
  done?: true;
  /** The event's data does not match the protocol, so nothing was read from it. */
  malformed?: true;
};

export type BodyInput = {
  target: {
    model: string;
    body: Readonly<Record<string, unknown>>;
    maxTokensField: string;
    payload?: string | undefined;
  };
  prompt: Pick<Prompt, 'messages' | 'maxOutputTokens'>;
};

/** The wire format of a protocol: pure functions that build a request, decode bytes to events, and read an event. */
export type Dialect = {
  /** Media type of a streamed response: sent in the `accept` header, expected in the `content-type` header. */
  mediaType: string;
  /** Builds the URL of all requests of a target, without the target's own query parameters. */
  buildUrl(target: { baseUrl: string; model: string }): string;
  buildBody(input: BodyInput): Record<string, unknown>;
  /** Creates a decoder for one response. */
  createDecoder(): StreamDecoder;
  /** Which parts the protocol does not include in its totals. Default: none. */
  usageFooting?: UsageFooting;
  /** Texts of which the event that ends the stream has one. Other events rarely have them. Default: `[DONE]`. */
  endMarkers?: readonly string[];
  /** The protocol has no end marker: a finish reason in the last event of a response that ends well is its end. */
  endsByFinish?: true;
  /** Reads a whole JSON answer, which came in place of a stream, like an event. */
  readWhole(value: unknown): StreamEvent;
  /** Reads an event. Never throws: returns `malformed` if the event does not match the protocol. */
  readEvent(event: WireEvent): StreamEvent;
};
