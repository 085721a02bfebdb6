import type { Usage } from '../sample/sample.ts';
import type { Prompt } from '../workload/prompt.ts';
import type { DecodedEvent, Reads, WireEvent } from './framing/decode-events.ts';

/** An error as the provider words it. */
export type ProviderError = { code: string | null; message: string };

/** The content of one event. Empty fields are omitted, so texts are never empty strings. */
export type StreamEvent = {
  text?: string;
  reasoning?: string;
  toolCallArguments?: string;
  usage?: Usage;
  finishReason?: string;
  error?: ProviderError;
  /** The stream's own end marker. */
  done?: true;
  /** The event's data does not match the protocol; nothing was read from it. */
  malformed?: true;
};

/** What a dialect needs to build the body of a request. */
export type BodyInput = {
  target: {
    model: string;
    body: Readonly<Record<string, unknown>>;
    maxTokensField: string;
    payload?: string | undefined;
  };
  prompt: Pick<Prompt, 'messages' | 'maxOutputTokens'>;
};

/** How a protocol looks on the wire: pure functions that build a request, decode bytes to events, and read an event. */
export type Dialect = {
  /** The type of a streamed answer: requested in `accept`, expected in `content-type`. */
  mediaType: string;
  /** Builds the URL of all requests of a target, without the target's own query. */
  buildUrl(target: { baseUrl: string; model: string }): string;
  /** Builds the JSON body of a request. */
  buildBody(input: BodyInput): Record<string, unknown>;
  /** Decodes the body lazily, so reading only the first events is cheap. */
  decode(reads: Reads): Iterable<DecodedEvent>;
  /** Never throws: an event that cannot be read is `malformed`. */
  readEvent(event: WireEvent): StreamEvent;
};
