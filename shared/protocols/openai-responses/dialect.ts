import { z } from 'zod';
import type { BodyInput, Dialect, StreamEvent } from '../dialect.ts';
import { eventStream, type WireEvent } from '../framing/decode-events.ts';
import { readProviderError } from '../parts/provider-error.ts';
import { createReader, parseJsonEvent, stripEmpty } from '../parts/read-event.ts';
import { buildOpenaiUrl, splitPrompt } from '../parts/request-parts.ts';
import { optional, tokenCount, toUsage } from '../parts/usage.ts';

const text = z.string().nullish().catch(null);
const usageSchema = optional(
  z.object({
    input_tokens: tokenCount,
    output_tokens: tokenCount,
    input_tokens_details: optional(z.object({ cached_tokens: tokenCount })),
    output_tokens_details: optional(z.object({ reasoning_tokens: tokenCount })),
  }),
);
const eventSchema = z.object({
  type: text,
  delta: z.unknown().optional(),
  response: z
    .object({
      status: text,
      error: z.unknown().optional(),
      incomplete_details: optional(z.object({ reason: text })),
      usage: usageSchema,
    })
    .nullish(),
});

const deltas: Record<string, 'text' | 'reasoning' | 'toolCallArguments'> = {
  'response.output_text.delta': 'text',
  'response.refusal.delta': 'text',
  'response.reasoning_text.delta': 'reasoning',
  'response.reasoning_summary_text.delta': 'reasoning',
  'response.function_call_arguments.delta': 'toolCallArguments',
  'response.custom_tool_call_input.delta': 'toolCallArguments',
  'response.mcp_call_arguments.delta': 'toolCallArguments',
};

/** OpenAI's Responses protocol, streamed: `POST {base}/responses`. The stream ends with an event, not with `[DONE]`. */
export const dialect: Dialect = {
  ...eventStream,
  buildUrl: ({ baseUrl }) => buildOpenaiUrl(baseUrl, '/responses'),
  buildBody,
  readEvent,
};

function buildBody({ target, prompt }: BodyInput): Record<string, unknown> {
  const { system, turns } = splitPrompt(prompt);
  return {
    ...target.body,
    model: target.model,
    ...(system === '' ? {} : { instructions: system }),
    input: turns,
    max_output_tokens: prompt.maxOutputTokens,
    stream: true,
  };
}

function readEvent(event: WireEvent): StreamEvent {
  const read = createReader(eventSchema, ({ type, delta, response }, value) => {
    const name = type ?? event.event ?? '';
    const kind = deltas[name];
    if (kind !== undefined)
      return typeof delta === 'string' ? stripEmpty({ [kind]: delta, usage: null }) : { malformed: true };
    if (name === 'error') return { error: readError(value) };
    if (name === 'response.failed') return { error: readError({ error: response?.error }) };
    // An event without a name is an error from a gateway in front of the provider.
    if (name === '') return readUntyped(value);
    if (name !== 'response.completed' && name !== 'response.incomplete') return {};
    const finishReason = response?.incomplete_details?.reason ?? response?.status ?? name.slice('response.'.length);
    return { ...stripEmpty({ finishReason, usage: readUsage(response?.usage) }), done: true };
  });
  return parseJsonEvent(event, read);
}

function readUntyped(value: unknown): StreamEvent {
  const error = readProviderError(value, false);
  return error === null ? {} : { error };
}

function readError(value: unknown) {
  return readProviderError(value, true) ?? { code: null, message: 'an error without a message' };
}

function readUsage(usage: z.infer<typeof usageSchema>) {
  return toUsage({
    inputTokens: usage?.input_tokens,
    outputTokens: usage?.output_tokens,
    cachedTokens: usage?.input_tokens_details?.cached_tokens,
    reasoningTokens: usage?.output_tokens_details?.reasoning_tokens,
  });
}
