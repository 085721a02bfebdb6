import { z } from 'zod';
import { decodeEvents } from '../decode-events.ts';
import { buildEndpoint } from './build-endpoint.ts';
import { buildUrl } from './build-url.ts';
import type { Dialect, RequestInput, ServerSentEvent, StreamEvent } from './dialect.ts';
import { encodeBody } from './encode-body.ts';
import { readJsonEvent } from './read-json-event.ts';
import { readUsage, usageObjectSchema } from './read-usage.ts';
import { joinPrompt } from './split-prompt.ts';
import { streamOptions } from './stream-options.ts';
import { stripEmpty } from './strip-empty.ts';

const text = z.string().nullish();
const chunkSchema = z.object({
  choices: z.array(z.object({ text, reasoning_content: text.catch(null), finish_reason: text })).nullish(),
  usage: usageObjectSchema.nullish().catch(null),
});

/** The older Completions protocol, streamed: `POST {base}/completions` with one plain prompt. */
export const openaiCompletions: Dialect = {
  protocol: 'openai-completions',
  mediaType: 'text/event-stream',
  buildEndpoint: (target, apiKey) => buildEndpoint(target, apiKey, buildUrl(target.baseUrl, '/completions')),
  buildRequest(input) {
    return { ...openaiCompletions.buildEndpoint(input.target, input.apiKey), body: buildBody(input) };
  },
  decode: decodeEvents,
  readEvent: (event: ServerSentEvent) => readJsonEvent(event, readChunk),
};

function buildBody({ target, prompt }: RequestInput): Uint8Array {
  return encodeBody({
    ...target.body,
    model: target.model,
    prompt: joinPrompt(prompt),
    [target.maxTokensField]: prompt.maxOutputTokens,
    stream: true,
    ...streamOptions(target.body),
  });
}

function readChunk(value: unknown): StreamEvent {
  const parsed = chunkSchema.safeParse(value);
  if (!parsed.success) return { malformed: true };
  const choice = parsed.data.choices?.[0];
  return stripEmpty({
    text: choice?.text ?? '',
    reasoning: choice?.reasoning_content ?? '',
    finishReason: choice?.finish_reason ?? '',
    usage: readUsage(parsed.data.usage),
  });
}
