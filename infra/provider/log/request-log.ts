import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { z } from 'zod';

const instant = z.number();

/**
 * The provider's record of one request. Instants are milliseconds since 1970 with microsecond digits from the monotonic
 * clock of the process, so differences are exact durations. Null: the exchange ended before.
 */
export const providerLogLineSchema = z.object({
  /** Value of the `x-request-id` header; null if the request or the model is invalid. */
  requestId: z.string().nullable(),
  /** Number of the request among those of its model, from 1, in order of receipt; 0 without a model. */
  sequence: z.number().int(),
  model: z.string().nullable(),
  path: z.string(),
  stream: z.boolean(),
  headersAtMs: instant,
  /** Time at which the last byte of the body was read. */
  receivedAtMs: instant,
  /** Time at which the stream started, possibly after it waited in the queue. */
  startedAtMs: instant.nullable(),
  firstByteSentAtMs: instant.nullable(),
  /** Time of each write that completed tokens, and their number. */
  tokens: z.array(z.tuple([instant, z.number().int()])),
  /** Time at which the end was sent or the client disconnected. */
  endAtMs: instant.nullable(),
  inputTokens: z.number().int(),
  outputTokens: z.number().int(),
  maxTokens: z.number().int().nullable(),
  status: z.number().int().nullable(),
  finishReason: z.string().nullable(),
  fault: z.string().nullable(),
  /** Whether the number in the answer is right; null if none was requested. */
  numberIsRight: z.boolean().nullable(),
  inFlightAtStart: z.number().int(),
  queuedAtStart: z.number().int(),
  /** Maximum delay of a write after its schedule. */
  lateMaxMs: z.number(),
  /** Whether the client disconnected before the end. */
  abandoned: z.boolean(),
});
export type ProviderLogLine = z.infer<typeof providerLogLineSchema>;

export type RequestLog = { write(line: ProviderLogLine): void; close(): Promise<void> };

/** Opens a log that serializes lines in a separate turn of the event loop, so that sending stays fast. */
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

/** Parses the text of a log file. An incomplete last line is omitted. */
export function parseProviderLog(text: string): ProviderLogLine[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => providerLogLineSchema.parse(JSON.parse(line)));
}
