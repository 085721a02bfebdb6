import { z } from 'zod';
import type { Dialect, RequestInput, ServerSentEvent, StreamEvent } from '../dialect.ts';
import { decodeEvents } from '../framing/decode-events.ts';
import { buildEndpoint } from '../parts/build-endpoint.ts';
import { buildUrl } from '../parts/build-url.ts';
import { encodeBody } from '../parts/encode-body.ts';
import { parseJsonEvent } from '../parts/parse-json-event.ts';
import { readProviderError } from '../parts/read-provider-error.ts';
import { splitPrompt } from '../parts/split-prompt.ts';
import { stripEmpty } from '../parts/strip-empty.ts';
import { tokenCount, usageOf } from '../parts/token-count.ts';

const text = z.string().nullish().catch(null);
const usageSchema = z
  .object({
    input_tokens: tokenCount,
    output_tokens: tokenCount,
    input_tokens_details: z.object({ cached_tokens: tokenCount }).nullish().catch(null),
    output_tokens_details: z.object({ reasoning_tokens: tokenCount }).nullish().catch(null),
  })
  .nullish()
  .catch(null);
const eventSchema = z.object({
  type: text,
  delta: z.unknown().optional(),
  response: z
    .object({
      status: text,
      error: z.unknown().optional(),
      incomplete_details: z.object({ reason: text }).nullish().catch(null),
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

/** The Responses protocol, streamed: `POST {base}/responses`. The stream ends with an event, not with `[DONE]`. */
export const openaiResponses: Dialect = {
  protocol: 'openai-responses',
  mediaType: 'text/event-stream',
  buildEndpoint: (target, apiKey) => buildEndpoint(target, apiKey, buildUrl(target.baseUrl, '/responses')),
  buildRequest(input) {
    return { ...openaiResponses.buildEndpoint(input.target, input.apiKey), body: buildBody(input) };
  },
  decode: decodeEvents,
  readEvent,
};

function buildBody({ target, prompt }: RequestInput): Uint8Array {
  const { system, turns } = splitPrompt(prompt);
  return encodeBody({
    ...target.body,
    model: target.model,
    ...(system === '' ? {} : { instructions: system }),
    input: turns,
    max_output_tokens: prompt.maxOutputTokens,
    stream: true,
  });
}

function readEvent(event: ServerSentEvent): StreamEvent {
  return parseJsonEvent(event, (value) => {
    const parsed = eventSchema.safeParse(value);
    if (!parsed.success) return { malformed: true };
    const { type, delta, response } = parsed.data;
    const name = type ?? event.event ?? '';
    const kind = deltas[name];
    if (kind !== undefined)
      return typeof delta === 'string' ? stripEmpty({ [kind]: delta, usage: null }) : { malformed: true };
    if (name === 'error') return { error: readError(value) };
    if (name === 'response.failed') return { error: readError({ error: response?.error }) };
    // A failure of the gateway in front, which knows nothing of the protocol's events.
    if (name === '') return readUntyped(value);
    if (name !== 'response.completed' && name !== 'response.incomplete') return {};
    const finishReason = response?.incomplete_details?.reason ?? response?.status ?? name.slice('response.'.length);
    return { ...stripEmpty({ finishReason, usage: readUsage(response?.usage) }), done: true };
  });
}

function readUntyped(value: unknown): StreamEvent {
  const error = readProviderError(value, false);
  return error === null ? {} : { error };
}

function readError(value: unknown) {
  return readProviderError(value, true) ?? { code: null, message: 'an error without a message' };
}

function readUsage(usage: z.infer<typeof usageSchema>) {
  return usageOf({
    inputTokens: usage?.input_tokens,
    outputTokens: usage?.output_tokens,
    cachedTokens: usage?.input_tokens_details?.cached_tokens,
    reasoningTokens: usage?.output_tokens_details?.reasoning_tokens,
  });
}
