import { z } from 'zod';
import type { Dialect, RequestInput, ServerSentEvent, StreamEvent } from '../dialect.ts';
import { decodeEvents } from '../framing/decode-events.ts';
import { buildEndpoint } from '../parts/build-endpoint.ts';
import { buildUrl } from '../parts/build-url.ts';
import { encodeBody } from '../parts/encode-body.ts';
import { readJsonEvent } from '../parts/read-json-event.ts';
import { readUsage, usageObjectSchema } from '../parts/read-usage.ts';
import { streamOptions } from '../parts/stream-options.ts';
import { stripEmpty } from '../parts/strip-empty.ts';

const text = z.string().nullish();
const contentPart = z.object({
  text: text.catch(null),
  thinking: z
    .array(z.object({ text: text.catch(null) }))
    .nullish()
    .catch(null),
});
/** Most send a string; Mistral sends parts, with what it thinks in parts of their own. */
const content = z.union([z.string(), z.array(contentPart)]).nullish();
const callArguments = z.object({ arguments: text }).nullish();

/** Only what is read, and all of it optional: providers leave out, null and add as they please. */
const deltaSchema = z.object({
  content,
  refusal: text.catch(null),
  reasoning_content: text.catch(null),
  reasoning: text.catch(null),
  tool_calls: z.array(z.object({ function: callArguments })).nullish(),
  function_call: callArguments,
});
const chunkSchema = z.object({
  choices: z
    .array(z.object({ delta: deltaSchema.nullish(), message: deltaSchema.nullish(), finish_reason: text }))
    .nullish(),
  usage: usageObjectSchema.nullish().catch(null),
});

/** The Chat Completions protocol, streamed: `POST {base}/chat/completions`. */
export const openaiChat: Dialect = {
  protocol: 'openai-chat',
  mediaType: 'text/event-stream',
  buildEndpoint: (target, apiKey) => buildEndpoint(target, apiKey, buildUrl(target.baseUrl, '/chat/completions')),
  buildRequest(input) {
    const body = { ...buildChatBody(input), model: input.target.model };
    return { ...openaiChat.buildEndpoint(input.target, input.apiKey), body: encodeBody(body) };
  },
  decode: decodeEvents,
  readEvent: (event: ServerSentEvent) => readJsonEvent(event, readChatChunk),
};

/** The body without the model, which some take from elsewhere. */
export function buildChatBody({ target, prompt }: RequestInput): Record<string, unknown> {
  return {
    ...target.body,
    messages: prompt.messages,
    [target.maxTokensField]: prompt.maxOutputTokens,
    stream: true,
    ...streamOptions(target.body),
  };
}

/** What one chunk of the protocol says. */
export function readChatChunk(value: unknown): StreamEvent {
  const parsed = chunkSchema.safeParse(value);
  if (!parsed.success) return { malformed: true };
  const { choices, usage } = parsed.data;
  // One answer is asked for (`n` is reserved), so the first choice is the answer.
  const choice = choices?.[0];
  const delta = choice?.delta ?? choice?.message;
  const answer = readContent(delta?.content);
  const calls = [...(delta?.tool_calls ?? []).map((call) => call.function), delta?.function_call];
  return stripEmpty({
    text: answer.text + (delta?.refusal ?? ''),
    reasoning: answer.thinking + (delta?.reasoning_content || delta?.reasoning || ''),
    toolCallArguments: calls.map((call) => call?.arguments ?? '').join(''),
    finishReason: choice?.finish_reason ?? '',
    usage: readUsage(usage),
  });
}

function readContent(value: z.infer<typeof content>): { text: string; thinking: string } {
  if (value === null || value === undefined) return { text: '', thinking: '' };
  if (typeof value === 'string') return { text: value, thinking: '' };
  const thoughts = value.flatMap((part) => part.thinking ?? []);
  return {
    text: value.map((part) => part.text ?? '').join(''),
    thinking: thoughts.map((part) => part.text ?? '').join(''),
  };
}
