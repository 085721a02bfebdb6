import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { z } from 'zod';

const instant = z.number();

/**
 * The provider's record of one request. Timestamps are in ms since 1970, with microsecond digits. They come from the
 * monotonic clock of the process, so their differences are exact. A timestamp is null if its event did not happen.
 */
export const providerLogLineSchema = z.object({
  /** Value of the `x-request-id` header; null if the request or its model is invalid. */
  requestId: z.string().nullable(),
  /** Position of the request among all requests to its model, from 1 in order of arrival; 0 if the model is unknown. */
  sequence: z.number().int(),
  model: z.string().nullable(),
  path: z.string(),
  stream: z.boolean(),
  headersAtMs: instant,
  /** Time at which the last byte of the request body was read. */
  receivedAtMs: instant,
  /** Time at which the stream started, possibly after it waited in the queue of the simulated server. */
  startedAtMs: instant.nullable(),
  firstByteSentAtMs: instant.nullable(),
  /** Time of each write that completed tokens, and the number of these tokens. */
  tokens: z.array(z.tuple([instant, z.number().int()])),
  /** Time at which the end of the response was sent or the client disconnected. */
  endAtMs: instant.nullable(),
  inputTokens: z.number().int(),
  outputTokens: z.number().int(),
  maxTokens: z.number().int().nullable(),
  status: z.number().int().nullable(),
  finishReason: z.string().nullable(),
  fault: z.string().nullable(),
  /** Whether the number in the answer is correct; null if the prompt requested no number. */
  numberIsRight: z.boolean().nullable(),
  inFlightAtStart: z.number().int(),
  queuedAtStart: z.number().int(),
  /** Largest delay in ms of a write after its scheduled time. */
  lateMaxMs: z.number(),
  /** Whether the client disconnected before the response ended. */
  abandoned: z.boolean(),
});
export type ProviderLogLine = z.infer<typeof providerLogLineSchema>;

export type RequestLog = { write(line: ProviderLogLine): void; close(): Promise<void> };

/** Opens a log file. Lines are serialized in a separate turn of the event loop, so that sending stays fast. */
export function openRequestLog(file: string | undefined, onLine?: (line: ProviderLogLine) => void): RequestLog {
  const output = file === undefined ? null : createWriteStream(file, { flags: 'a' });
  let pending: ProviderLogLine[] = [];
  const flush = () => {
    const lines = pending;
    pending = [];
    for (const line of lines) {
      output?.write(`${JSON.stringify(line)}\n`);
      onLine?.(line);
    }
  };
  return {
    write(line) {
      pending.push(line);
      if (pending.length === 1) setImmediate(flush);
    },
    async close() {
      flush();
      if (output === null) return;
      output.end();
      await finished(output);
    },
  };
}

/** Parses the text of a provider's log file. Ignores an incomplete last line. */
export function parseProviderLog(text: string): ProviderLogLine[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => providerLogLineSchema.parse(JSON.parse(line)));
}
