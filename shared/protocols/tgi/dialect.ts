import { z } from 'zod';
import type { BodyInput, Dialect, StreamEvent } from '../dialect.ts';
import { eventStream } from '../framing/decode-events.ts';
import { createReader, readChunkEvent, stripEmpty } from '../parts/read-event.ts';
import { copyObject, joinPrompt, joinUrl } from '../parts/request-parts.ts';
import { findUsage, isObject, mergeUsage, optional, readCounts } from '../parts/usage.ts';

const pasted = /\/generate(?:_stream)?$/;

const text = z.string().nullish();
const chunkSchema = z.object({
  token: z.object({ text, special: optional(z.boolean()) }).nullish(),
  generated_text: text,
  details: optional(z.looseObject({ finish_reason: text.catch(null) })),
});

/**
 * The native protocol of Hugging Face's Text Generation Inference (TGI), streamed: `POST {base}/generate_stream`. The
 * protocol has no message roles and applies no chat template.
 */
export const dialect: Dialect = {
  ...eventStream,
  endMarkers: ['"generated_text":"', '"generated_text": "', '[DONE]'],
  buildUrl: ({ baseUrl }) => joinUrl(baseUrl, pasted, '/generate_stream'),
  buildBody: buildTgiBody,
  readEvent: (event) => readChunkEvent(event, readTgiChunk),
  readWhole: readTgiAnswer,
};

/** Builds the request body. `details` requests the finish reason and the token counts. */
export function buildTgiBody({ target, prompt }: BodyInput): Record<string, unknown> {
  const parameters = {
    ...copyObject(target.body['parameters']),
    max_new_tokens: prompt.maxOutputTokens,
    details: true,
  };
  return { ...target.body, inputs: joinPrompt(prompt), parameters, stream: true };
}

/** Reads one token. The last event also contains the whole text, which marks the end. Special tokens are not output. */
export const readTgiChunk = createReader(chunkSchema, ({ token, generated_text, details }, value) => {
  const isLast = generated_text !== null && generated_text !== undefined;
  const read = stripEmpty({
    text: token?.special ? '' : (token?.text ?? ''),
    finishReason: details?.finish_reason,
    usage: mergeUsage(findUsage(value), readCounts(details)),
  });
  return isLast ? { ...read, done: true } : read;
});

/** Reads a whole answer: an object, or a list with one. Its text has no tokens of its own. */
export function readTgiAnswer(value: unknown): StreamEvent {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  const read = readTgiChunk(first);
  const text = isObject(first) ? first['generated_text'] : null;
  return typeof text === 'string' && text !== '' ? { ...read, text } : read;
}
