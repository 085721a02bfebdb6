import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { z } from 'zod';

const instant = z.number();
const count = z.number().int().default(0);
const laterInstant = instant.nullable().default(null);
const laterText = z.string().nullable().default(null);
const laterCount = z.number().int().nullable().default(null);

/**
 * The provider's record of one request. Timestamps are in ms since 1970, with microsecond digits. They come from the
 * monotonic clock of the process, so their differences are exact. A timestamp is null if its event did not happen.
 */
const providerLogLineSchema = z.object({
  /** Value of the `x-request-id` header; null if the request or its model is invalid. */
  requestId: laterText,
  /** Position of the request among all requests to its model, from 1 in order of arrival; 0 if the model is unknown. */
  sequence: count,
  model: laterText,
  path: z.string(),
  headersAtMs: instant,
  /** Time at which the last byte of the request body was read. */
  receivedAtMs: instant,
  stream: z.boolean().default(false),
  /** Time at which the stream started, possibly after it waited in the queue of the simulated server. */
  startedAtMs: laterInstant,
  firstByteSentAtMs: laterInstant,
  /** For each write that completed tokens: its time, and the number of tokens that it completed. */
  tokens: z.array(z.tuple([instant, z.number().int()])).default(() => []),
  /** Time at which the end of the response was sent or the client disconnected. */
  endAtMs: laterInstant,
  inputTokens: count,
  outputTokens: count,
  maxTokens: laterCount,
  status: laterCount,
  finishReason: laterText,
  fault: laterText,
  /** Whether the number in the answer is correct; null if the prompt requested no number. */
  numberIsRight: z.boolean().nullable().default(null),
  inFlightAtStart: count,
  queuedAtStart: count,
  /** Largest delay in ms of a write after its scheduled time. */
  lateMaxMs: z.number().default(0),
  /** Whether the client disconnected before the response ended. */
  abandoned: z.boolean().default(false),
});
export type ProviderLogLine = z.infer<typeof providerLogLineSchema>;

/** Creates the log line of a request that was just received. */
export function createLogLine(path: string, headersAtMs: number, receivedAtMs: number): ProviderLogLine {
  return providerLogLineSchema.parse({ path, headersAtMs, receivedAtMs });
}

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
