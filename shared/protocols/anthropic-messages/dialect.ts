import { z } from 'zod';
import type { BodyInput, Dialect, StreamEvent } from '../dialect.ts';
import { eventStream, type WireEvent } from '../framing/decode-events.ts';
import { readProviderError } from '../parts/provider-error.ts';
import { createReader, parseJsonEvent, stripEmpty } from '../parts/read-event.ts';
import { joinUrl, splitPrompt } from '../parts/request-parts.ts';
import { optional, sumKnown, tokenCount, toUsage } from '../parts/usage.ts';

const pasted = /(?:\/v1\/messages|\/messages|\/v1)$/;

const text = z.string().nullish();
const usageSchema = optional(
  z.object({
    input_tokens: tokenCount,
    output_tokens: tokenCount,
    cache_read_input_tokens: tokenCount,
    cache_creation_input_tokens: tokenCount,
  }),
);
const partSchema = z.object({ text, thinking: text, partial_json: text, stop_reason: text }).nullish();
const eventSchema = z.object({
  type: text,
  message: optional(z.object({ usage: usageSchema })),
  content_block: partSchema.catch(null),
  delta: partSchema,
  usage: usageSchema,
});
type Parsed = z.infer<typeof eventSchema>;

/** Anthropic's streamed Messages protocol: `POST {base}/v1/messages`. The base URL may end in `/v1` or this path. */
export const dialect: Dialect = {
  ...eventStream,
  buildUrl: ({ baseUrl }) => joinUrl(baseUrl, pasted, '/v1/messages'),
  buildBody,
  readEvent,
};

function buildBody({ target, prompt }: BodyInput): Record<string, unknown> {
  const { system, turns } = splitPrompt(prompt);
  return {
    ...target.body,
    model: target.model,
    ...(system === '' ? {} : { system }),
    messages: turns,
    max_tokens: prompt.maxOutputTokens,
    stream: true,
  };
}

function readEvent(event: WireEvent): StreamEvent {
  const read = createReader(eventSchema, (parsed, value) => {
    const name = parsed.type ?? event.event ?? '';
    const error = readProviderError(value, name === 'error');
    if (error !== null) return { error };
    if (name === 'error') return { error: { code: null, message: event.data } };
    return readNamed(name, parsed);
  });
  return parseJsonEvent(event, read);
}

function readNamed(name: string, { message, content_block, delta, usage }: Parsed): StreamEvent {
  if (name === 'message_stop') return { done: true };
  // The output count in `message_start` is not final: it does not include the response.
  if (name === 'message_start') return stripEmpty({ usage: readUsage(message?.usage, false) });
  if (name === 'message_delta')
    return stripEmpty({ finishReason: delta?.stop_reason ?? '', usage: readUsage(usage, true) });
  if (name !== 'content_block_delta' && name !== 'content_block_start') return {};
  const part = name === 'content_block_delta' ? delta : content_block;
  return stripEmpty({
    text: part?.text ?? '',
    reasoning: part?.thinking ?? '',
    toolCallArguments: part?.partial_json ?? '',
    usage: null,
  });
}

/** Reads the usage. Adds the cached tokens to the input count, because Anthropic's `input_tokens` excludes them. */
function readUsage(usage: z.infer<typeof usageSchema>, withOutput: boolean) {
  if (usage === null || usage === undefined) return null;
  const { input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens } = usage;
  const saysInput = input_tokens !== null && input_tokens !== undefined;
  return toUsage({
    inputTokens: saysInput ? sumKnown(input_tokens, cache_read_input_tokens, cache_creation_input_tokens) : null,
    outputTokens: withOutput ? output_tokens : null,
    cachedTokens: cache_read_input_tokens,
  });
}
