import { z } from 'zod';
import type { BodyInput, Dialect } from '../dialect.ts';
import { eventStream } from '../framing/decode-events.ts';
import { readProviderError } from '../parts/provider-error.ts';
import { createReader, readChunkEvent, stripEmpty } from '../parts/read-event.ts';
import { readCalls, readReasoning, readText } from '../parts/read-texts.ts';
import { buildOpenaiUrl, buildStreamOptions } from '../parts/request-parts.ts';
import { findUsage, isObject } from '../parts/usage.ts';

const text = z.string().nullish();
type Content = string | unknown[] | Record<string, unknown>;
// A check of its own, because a union costs several times as much, and each event has a content.
const content = z
  .custom<Content>((value) => typeof value === 'string' || (typeof value === 'object' && value !== null))
  .nullish();

/** The fields of a chunk that are read. All are optional, because providers omit fields or set them to null. */
const deltaSchema = z.looseObject({ content }).nullish();
const chunkSchema = z.object({
  choices: z
    .array(
      z.looseObject({
        delta: deltaSchema,
        message: deltaSchema,
        text: text.catch(null),
        finish_reason: text.catch(null),
      }),
    )
    .nullish(),
});

/** OpenAI's Chat Completions protocol, streamed: `POST {base}/chat/completions`. */
export const dialect: Dialect = {
  ...eventStream,
  buildUrl: ({ baseUrl }) => buildOpenaiUrl(baseUrl, '/chat/completions'),
  buildBody: (input) => ({ ...buildChatBody(input), model: input.target.model }),
  readEvent: (event) => readChunkEvent(event, readChatChunk),
  readWhole: (value) => readChatChunk(value),
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

export const readChatChunk = createReader(chunkSchema, ({ choices }, value) => {
  // Only one choice is requested (`n` is reserved), so the first choice is the response.
  const choice = choices?.[0];
  const usage = findUsage(value);
  if (choice === undefined) return stripEmpty({ usage });
  const delta = choice.delta ?? choice.message ?? {};
  const calls = readCalls(delta['tool_calls']);
  const oldCall = readCalls(delta['function_call']);
  const answer = readContent(delta.content);
  const read = stripEmpty({
    text: (answer.text || choice.text || '') + readText(delta['refusal']),
    reasoning: answer.thinking || readReasoning(delta),
    toolCallArguments: calls.texts + oldCall.texts,
    toolCallName: calls.names + oldCall.names,
    finishReason: choice.finish_reason,
    usage,
  });
  const error = readProviderError({ error: choice['error'] ?? delta['error'] }, false);
  if (error !== null) read.error = error;
  if (!choice.delta && choice.message) read.isWhole = true;
  const unread = Object.keys(read).length > 0 ? '' : findUnread(delta);
  return unread === '' ? read : { ...read, unread };
});

/** Reads the content of a message, usually a string. Mistral sends a list of parts, and reasoning has its own parts. */
function readContent(value: z.infer<typeof content>): { text: string; thinking: string } {
  if (value === null || value === undefined) return { text: '', thinking: '' };
  if (typeof value === 'string') return { text: value, thinking: '' };
  const parts = Array.isArray(value) ? value : [value];
  const isThinking = (part: unknown) =>
    isObject(part) && ('thinking' in part || part['type'] === 'thinking' || part['type'] === 'reasoning');
  return {
    text: readText(parts.filter((part) => !isThinking(part))),
    thinking: readText(parts.filter(isThinking)),
  };
}

const silentNames = new Set(['role', 'id', 'type', 'name', 'object', 'model', 'channel']);

/** Names the fields with text of a message in which nothing was read. */
function findUnread(delta: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(delta).filter((name) => typeof delta[name] === 'string' && delta[name] !== '');
  return names.filter((name) => !silentNames.has(name) && !/signature|_id$|encrypted/.test(name)).join(', ');
}
