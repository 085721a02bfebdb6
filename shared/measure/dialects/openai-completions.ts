import { z } from 'zod';
import { buildHeaders } from './build-headers.ts';
import { buildUrl } from './build-url.ts';
import type { Dialect, RequestInput, ServerSentEvent, StreamEvent } from './dialect.ts';
import { readJsonEvent } from './read-json-event.ts';
import { readUsage, usageObjectSchema } from './read-usage.ts';
import { stripEmpty } from './strip-empty.ts';

const text = z.string().nullish();
const chunkSchema = z.object({
  choices: z.array(z.object({ text, reasoning_content: text.catch(null), finish_reason: text })).nullish(),
  usage: usageObjectSchema.nullish().catch(null),
});

/** The older Completions protocol, streamed: `POST {base}/completions` with one plain prompt. */
export const openaiCompletions: Dialect = {
  protocol: 'openai-completions',
  buildEndpoint: (target, apiKey) => ({
    url: buildUrl(target.baseUrl, '/completions'),
    headers: buildHeaders(target, apiKey),
  }),
  buildRequest(input) {
    return { ...openaiCompletions.buildEndpoint(input.target, input.apiKey), body: buildBody(input) };
  },
  readEvent: (event: ServerSentEvent) => readJsonEvent(event, readChunk),
};

/** There are no roles in this protocol: the contents of the messages follow one another, a blank line between. */
function buildBody({ target, prompt }: RequestInput): Uint8Array {
  const body = {
    ...target.body,
    model: target.model,
    prompt: prompt.messages.map((message) => message.content).join('\n\n'),
    [target.maxTokensField]: prompt.maxOutputTokens,
    stream: true,
    stream_options: { include_usage: true },
  };
  return new TextEncoder().encode(JSON.stringify(body));
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
