import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { z } from 'zod';

const instant = z.number();

/**
 * What the provider itself saw of one request. Instants: wall-anchored, milliseconds since 1970 with microsecond digits,
 * from the process's monotonic clock, so that differences are true durations. Null: it did not come to that.
 */
export const providerLogLineSchema = z.object({
  /** As the `x-request-id` header says; null where the model was not found or the request not read. */
  requestId: z.string().nullable(),
  /** The request's place among those of its model, from 1, in order of receipt; 0 where it has no model. */
  sequence: z.number().int(),
  model: z.string().nullable(),
  path: z.string(),
  stream: z.boolean(),
  headersAtMs: instant,
  /** When the last byte of the body had been read. */
  receivedAtMs: instant,
  /** When a place was free. */
  startedAtMs: instant.nullable(),
  firstByteSentAtMs: instant.nullable(),
  /** The instant of each write that completed tokens, and how many. */
  tokens: z.array(z.tuple([instant, z.number().int()])),
  /** When the end was sent, or the client had gone. */
  endAtMs: instant.nullable(),
  inputTokens: z.number().int(),
  outputTokens: z.number().int(),
  maxTokens: z.number().int().nullable(),
  status: z.number().int().nullable(),
  finishReason: z.string().nullable(),
  fault: z.string().nullable(),
  /** Whether the number was given right; null: none was asked for. */
  numberIsRight: z.boolean().nullable(),
  inFlightAtStart: z.number().int(),
  queuedAtStart: z.number().int(),
  /** The most that a write came after its schedule. */
  lateMaxMs: z.number(),
  /** The client went away before the end. */
  abandoned: z.boolean(),
});
export type ProviderLogLine = z.infer<typeof providerLogLineSchema>;

export type RequestLog = { write(line: ProviderLogLine): void; close(): Promise<void> };

/** Lines are turned into text in a turn of the loop of their own, off the send path, and written by the thread pool. */
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

/** Reads a log file's text; a last line that is still being written is left out. */
export function parseProviderLog(text: string): ProviderLogLine[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => providerLogLineSchema.parse(JSON.parse(line)));
}
