import { z } from 'zod';
import type { Dialect, RequestInput, StreamEvent } from '../dialect.ts';
import { decodeEvents } from '../framing/decode-events.ts';
import { buildEndpoint } from '../parts/build-endpoint.ts';
import { joinUrl } from '../parts/build-url.ts';
import { encodeBody, objectOf } from '../parts/encode-body.ts';
import { readJsonEvent } from '../parts/read-json-event.ts';
import { joinPrompt } from '../parts/split-prompt.ts';
import { stripEmpty } from '../parts/strip-empty.ts';
import { tokenCount, usageOf } from '../parts/token-count.ts';

const pasted = /\/generate(?:_stream)?$/;

const text = z.string().nullish();
const chunkSchema = z.object({
  token: z.object({ text, special: z.boolean().nullish().catch(null) }).nullish(),
  generated_text: text,
  details: z
    .object({ finish_reason: text.catch(null), generated_tokens: tokenCount, input_length: tokenCount })
    .nullish()
    .catch(null),
});

/** Hugging Face TGI's own protocol, streamed: `POST {base}/generate_stream`. It has no roles and applies no chat template. */
export const tgi: Dialect = {
  protocol: 'tgi',
  mediaType: 'text/event-stream',
  buildEndpoint: (target, apiKey) => buildEndpoint(target, apiKey, joinUrl(target.baseUrl, pasted, '/generate_stream')),
  buildRequest(input) {
    return { ...tgi.buildEndpoint(input.target, input.apiKey), body: encodeBody(buildTgiBody(input)) };
  },
  decode: decodeEvents,
  readEvent: (event) => readJsonEvent(event, readTgiChunk),
};

/** `details` asks for the finish reason and the count of tokens. */
export function buildTgiBody({ target, prompt }: RequestInput): Record<string, unknown> {
  const parameters = {
    ...objectOf(target.body['parameters']),
    max_new_tokens: prompt.maxOutputTokens,
    details: true,
  };
  return { ...target.body, inputs: joinPrompt(prompt), parameters, stream: true };
}

/** One token an event; the last has the whole text too, which is its end marker. Special tokens are no output. */
export function readTgiChunk(value: unknown): StreamEvent {
  const parsed = chunkSchema.safeParse(value);
  if (!parsed.success) return { malformed: true };
  const { token, generated_text, details } = parsed.data;
  const isLast = generated_text !== null && generated_text !== undefined;
  const read = stripEmpty({
    text: token?.special ? '' : (token?.text ?? ''),
    finishReason: details?.finish_reason ?? '',
    usage: usageOf({ inputTokens: details?.input_length, outputTokens: details?.generated_tokens }),
  });
  return isLast ? { ...read, done: true } : read;
}
