import { z } from 'zod';
import type { BodyInput, Dialect } from '../dialect.ts';
import { eventStream } from '../framing/decode-events.ts';
import { createReader, readChunkEvent, stripEmpty } from '../parts/read-event.ts';
import { buildOpenaiUrl, buildStreamOptions } from '../parts/request-parts.ts';
import { openaiUsageSchema, optional, readOpenaiUsage } from '../parts/usage.ts';

const text = z.string().nullish();
const contentPart = z.object({
  text: text.catch(null),
  thinking: optional(z.array(z.object({ text: text.catch(null) }))),
});
/** Content of a message, usually a string. Mistral sends a list of parts instead, and reasoning has its own parts. */
const content = z.union([z.string(), z.array(contentPart)]).nullish();
const callArguments = z.object({ arguments: text }).nullish();

/** The fields of a chunk that are read. All are optional, because providers omit fields or set them to null. */
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
  usage: optional(openaiUsageSchema),
});

/** OpenAI's Chat Completions protocol, streamed: `POST {base}/chat/completions`. */
export const dialect: Dialect = {
  ...eventStream,
  buildUrl: ({ baseUrl }) => buildOpenaiUrl(baseUrl, '/chat/completions'),
  buildBody: (input) => ({ ...buildChatBody(input), model: input.target.model }),
  readEvent: (event) => readChunkEvent(event, readChatChunk),
};

/** Builds the body without the model, which some servers take from the URL instead. */
export function buildChatBody({ target, prompt }: BodyInput): Record<string, unknown> {
  return {
    ...target.body,
    messages: prompt.messages,
    [target.maxTokensField]: prompt.maxOutputTokens,
    stream: true,
    ...buildStreamOptions(target.body),
  };
}

export const readChatChunk = createReader(chunkSchema, ({ choices, usage }) => {
  // Only one choice is requested (`n` is reserved), so the first choice is the response.
  const choice = choices?.[0];
  const delta = choice?.delta ?? choice?.message;
  const answer = readContent(delta?.content);
  const calls = [...(delta?.tool_calls ?? []).map((call) => call.function), delta?.function_call];
  return stripEmpty({
    text: answer.text + (delta?.refusal ?? ''),
    reasoning: answer.thinking + (delta?.reasoning_content || delta?.reasoning || ''),
    toolCallArguments: calls.map((call) => call?.arguments ?? '').join(''),
    finishReason: choice?.finish_reason ?? '',
    usage: readOpenaiUsage(usage),
  });
});

function readContent(value: z.infer<typeof content>): { text: string; thinking: string } {
  if (value === null || value === undefined) return { text: '', thinking: '' };
  if (typeof value === 'string') return { text: value, thinking: '' };
  const thoughts = value.flatMap((part) => part.thinking ?? []);
  return {
    text: value.map((part) => part.text ?? '').join(''),
    thinking: thoughts.map((part) => part.text ?? '').join(''),
  };
}
