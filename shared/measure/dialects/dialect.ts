import type { Protocol, Target } from '../../domain/run-spec.ts';
import type { Usage } from '../../domain/sample.ts';
import type { Prompt } from '../../workload/prompt.ts';

/** A server-sent event as it came over the wire. */
export type ServerSentEvent = { event: string | null; data: string };

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

/** A protocol in three pure functions; decoding bytes to events (`decodeEvents`) is the same for all that stream SSE. */
export type Dialect = {
  protocol: Protocol;
  /** Where a target's requests go, and with which headers: the same for each of its requests. */
  buildEndpoint(target: Target, apiKey: string | null): { url: string; headers: Record<string, string> };
  buildRequest(input: RequestInput): BuiltRequest;
  /** Never throws: an event that cannot be read is `malformed`. */
  readEvent(event: ServerSentEvent): StreamEvent;
};
