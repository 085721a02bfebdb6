import { z } from 'zod';
import type { BodyInput, Dialect } from '../dialect.ts';
import { eventStream } from '../framing/decode-events.ts';
import { createReader, readChunkEvent, stripEmpty } from '../parts/read-event.ts';
import { buildOpenaiUrl, buildStreamOptions, joinPrompt } from '../parts/request-parts.ts';
import { openaiUsageSchema, optional, readOpenaiUsage } from '../parts/usage.ts';

const text = z.string().nullish();
const chunkSchema = z.object({
  choices: z.array(z.object({ text, reasoning_content: text.catch(null), finish_reason: text })).nullish(),
  usage: optional(openaiUsageSchema),
});

/** OpenAI's older Completions protocol, streamed: `POST {base}/completions`. The prompt is one plain text. */
export const dialect: Dialect = {
  ...eventStream,
  buildUrl: ({ baseUrl }) => buildOpenaiUrl(baseUrl, '/completions'),
  buildBody,
  readEvent: (event) => readChunkEvent(event, readChunk),
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

const readChunk = createReader(chunkSchema, ({ choices, usage }) => {
  const choice = choices?.[0];
  return stripEmpty({
    text: choice?.text ?? '',
    reasoning: choice?.reasoning_content ?? '',
    finishReason: choice?.finish_reason ?? '',
    usage: readOpenaiUsage(usage),
  });
});
