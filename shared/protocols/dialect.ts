import type { Usage } from '../sample/sample.ts';
import type { Prompt } from '../workload/prompt.ts';
import type { DecodedEvent, Reads, WireEvent } from './framing/decode-events.ts';

export type ProviderError = { code: string | null; message: string };

/** The content of one event. Empty fields are omitted, so a text is never an empty string. */
export type StreamEvent = {
  text?: string;
  reasoning?: string;
  toolCallArguments?: string;
  usage?: Usage;
  finishReason?: string;
  error?: ProviderError;
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
  /** Builds the URL that all requests of a target share, without the query that the target itself sets. */
  buildUrl(target: { baseUrl: string; model: string }): string;
  buildBody(input: BodyInput): Record<string, unknown>;
  /** Decodes events only as they are read, so that reading just the first events is cheap. */
  decode(reads: Reads): Iterable<DecodedEvent>;
  /** Reads an event. Never throws: returns `malformed` if the event does not match the protocol. */
  readEvent(event: WireEvent): StreamEvent;
};
