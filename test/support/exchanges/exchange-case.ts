import type { Endpoint, Exchange } from '../../../shared/measure/instrument.ts';
import type { Interpretation } from '../../../shared/measure/interpret-exchange.ts';
import type { Protocol } from '../../../shared/protocols/registry.ts';
import { chunked, lastChunk, streamHead, wait, write } from '../servers/scripted-responses.ts';
import type { ScriptedRequest, Step } from '../servers/scripted-server.ts';

/** A server, and what the requests to it need. */
export type CaseServer = { url: string; endpoint?: Partial<Endpoint>; close(): Promise<void> | void };

/** A circumstance of which `test/fixtures/exchanges/` holds a recorded exchange. */
export type ExchangeCase = {
  /** Name of the fixture: number of the case in the issue about answers, and words. */
  name: string;
  protocol?: Protocol;
  /** What the server writes for each request. */
  script: (request: ScriptedRequest) => Iterable<Step>;
  endpoint?: Partial<Endpoint>;
  secrets?: readonly string[];
  maxResponseBytes?: number;
  /** Starts a server in place of the scripted one. */
  serve?: () => Promise<CaseServer>;
  /** Number of requests; the last one is recorded. Default: 1. */
  requests?: number;
  /** What is read of the exchange. */
  expected: Partial<Interpretation>;
  /** Part of each note that the exchange has. */
  notes?: string;
  failure?: NonNullable<Exchange['failure']>['kind'];
};

/** Writes parts as chunks of a stream, the first one after 30 ms and each further one after 5 ms. */
export function* stream(parts: readonly string[], end: readonly Step[] = [write(lastChunk)]): Generator<Step> {
  yield write(streamHead);
  yield wait(30);
  for (const part of parts) {
    yield write(chunked(part));
    yield wait(5);
  }
  yield* end;
}

export const words = ['The', ' lamp', ' in', ' the', ' hall', ' burns', ' low'];

const toChunk = (choice: object, more: object) => ({
  id: 'chatcmpl-7',
  object: 'chat.completion.chunk',
  choices: [{ index: 0, ...choice }],
  ...more,
});

/** Formats an event of a chat stream. */
export function chat(delta: object, finish: string | null = null, more: object = {}, inChoice: object = {}): string {
  return `data: ${JSON.stringify(toChunk({ delta, finish_reason: finish, ...inChoice }, more))}\n\n`;
}

export function chatUsage(usage: object): string {
  return `data: ${JSON.stringify({ id: 'chatcmpl-7', object: 'chat.completion.chunk', choices: [], usage })}\n\n`;
}

export function named(name: string, data: object): string {
  return `event: ${name}\ndata: ${JSON.stringify({ type: name, ...data })}\n\n`;
}
