import type { Usage } from '../sample/sample.ts';
import type { Prompt } from '../workload/prompt.ts';
import type { DecodedEvent, Reads, WireEvent } from './framing/events.ts';

/** An error in the provider's own words. */
export type ProviderError = { code: string | null; message: string };

/** What one event says. Texts are never empty strings: a field that says nothing is omitted. */
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
  /** Decodes lazily: taking the first few events costs no more than those. */
  decode(reads: Reads): Iterable<DecodedEvent>;
  /** Never throws: an event that cannot be read is `malformed`. */
  readEvent(event: WireEvent): StreamEvent;
};
