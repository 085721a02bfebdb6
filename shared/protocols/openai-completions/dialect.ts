import { z } from 'zod';
import type { BodyInput, Dialect } from '../dialect.ts';
import { eventStream } from '../framing/decode-events.ts';
import { readChatChunk } from '../openai-chat/dialect.ts';
import { readProviderError } from '../parts/provider-error.ts';
import { createReader, readChunkEvent, stripEmpty } from '../parts/read-event.ts';
import { readReasoning } from '../parts/read-texts.ts';
import { buildOpenaiUrl, buildStreamOptions, joinPrompt } from '../parts/request-parts.ts';
import { findUsage } from '../parts/usage.ts';

const text = z.string().nullish();
const chunkSchema = z.object({
  choices: z.array(z.looseObject({ text, finish_reason: text.catch(null) })).nullish(),
});

/** OpenAI's older Completions protocol, streamed: `POST {base}/completions`. The prompt is one plain text. */
export const dialect: Dialect = {
  ...eventStream,
  buildUrl: ({ baseUrl }) => buildOpenaiUrl(baseUrl, '/completions'),
  buildBody,
  readEvent: (event) => readChunkEvent(event, readChunk),
  readWhole: (value) => readChunk(value),
};

function buildBody({ target, prompt }: BodyInput): Record<string, unknown> {
  return {
    ...target.body,
    model: target.model,
    prompt: joinPrompt(prompt),
    [target.maxTokensField]: prompt.maxOutputTokens,
    stream: true,
    ...buildStreamOptions(target.body),
  };
}

const readChunk = createReader(chunkSchema, ({ choices }, value) => {
  const choice = choices?.[0];
  const usage = findUsage(value);
  if (choice === undefined) return stripEmpty({ usage });
  const read = stripEmpty({
    text: choice.text,
    reasoning: readReasoning(choice),
    finishReason: choice.finish_reason,
    usage,
  });
  const error = readProviderError({ error: choice['error'] }, false);
  // Some servers answer with the chunks of a chat.
  if (read.text === undefined && ('delta' in choice || 'message' in choice)) return readChatChunk(value);
  return error === null ? read : { ...read, error };
});
