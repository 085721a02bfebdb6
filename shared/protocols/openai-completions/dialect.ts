import { z } from 'zod';
import type { Dialect, RequestInput, ServerSentEvent, StreamEvent } from '../dialect.ts';
import { decodeEvents } from '../framing/decode-events.ts';
import { buildEndpoint } from '../parts/build-endpoint.ts';
import { buildUrl } from '../parts/build-url.ts';
import { encodeBody } from '../parts/encode-body.ts';
import { readJsonEvent } from '../parts/read-json-event.ts';
import { readUsage, usageObjectSchema } from '../parts/read-usage.ts';
import { joinPrompt } from '../parts/split-prompt.ts';
import { streamOptions } from '../parts/stream-options.ts';
import { stripEmpty } from '../parts/strip-empty.ts';

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
