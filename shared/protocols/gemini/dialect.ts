import { z } from 'zod';
import type { Target } from '../../spec/run-spec.ts';
import type { Dialect, RequestInput, StreamEvent } from '../dialect.ts';
import { decodeEvents } from '../framing/decode-events.ts';
import { buildEndpoint } from '../parts/build-endpoint.ts';
import { joinUrl } from '../parts/build-url.ts';
import { encodeBody, objectOf } from '../parts/encode-body.ts';
import { readJsonEvent } from '../parts/read-json-event.ts';
import { splitPrompt } from '../parts/split-prompt.ts';
import { stripEmpty } from '../parts/strip-empty.ts';
import { sumOf, tokenCount, usageOf } from '../parts/token-count.ts';

const pasted = /\/(?:publishers|models|tunedModels|endpoints)\/.*:\w+$/;

const text = z.string().nullish();
const partialArg = z.object({ stringValue: text, numberValue: z.number().nullish(), boolValue: z.boolean().nullish() });
const partSchema = z.object({
  text,
  thought: z.boolean().nullish().catch(null),
  functionCall: z
    .object({
      args: z.record(z.string(), z.unknown()).nullish(),
      partialArgs: z.array(partialArg).nullish().catch(null),
    })
    .nullish()
    .catch(null),
});
type Part = z.infer<typeof partSchema>;
const chunkSchema = z.object({
  candidates: z
    .array(z.object({ content: z.object({ parts: z.array(partSchema).nullish() }).nullish(), finishReason: text }))
    .nullish(),
  promptFeedback: z.object({ blockReason: text }).nullish().catch(null),
  usageMetadata: z
    .object({
      promptTokenCount: tokenCount,
      candidatesTokenCount: tokenCount,
      thoughtsTokenCount: tokenCount,
      cachedContentTokenCount: tokenCount,
    })
    .nullish()
    .catch(null),
});

/** Gemini's own API, streamed: `POST {base}/models/{model}:streamGenerateContent?alt=sse`. */
export const gemini: Dialect = createGeminiDialect('gemini', 'models/');

/** The same on Vertex AI: `POST {base}/publishers/google/models/{model}:…`, the base ending in the location. */
export const vertex: Dialect = createGeminiDialect('vertex', 'publishers/google/models/');

/** @param collection where a model that names none is looked for */
function createGeminiDialect(protocol: 'gemini' | 'vertex', collection: string): Dialect {
  const buildUrlOf = ({ baseUrl, model }: Target) => {
    const resource = model.includes('/') ? model : `${collection}${model}`;
    const path = resource.split('/').map(encodeURIComponent).join('/');
    const url = new URL(joinUrl(baseUrl, pasted, `/${path}:streamGenerateContent`));
    url.search = 'alt=sse';
    return url.href;
  };
  const dialect: Dialect = {
    protocol,
    mediaType: 'text/event-stream',
    buildEndpoint: (target, apiKey) => buildEndpoint(target, apiKey, buildUrlOf(target)),
    buildRequest: (input) => ({ ...dialect.buildEndpoint(input.target, input.apiKey), body: buildBody(input) }),
    decode: decodeEvents,
    readEvent: (event) => readJsonEvent(event, readChunk),
  };
  return dialect;
}

function buildBody({ target, prompt }: RequestInput): Uint8Array {
  const { system, turns } = splitPrompt(prompt);
  return encodeBody({
    ...target.body,
    ...(system === '' ? {} : { systemInstruction: { parts: [{ text: system }] } }),
    contents: turns.map(({ role, content }) => ({
      role: role === 'assistant' ? 'model' : 'user',
      parts: [{ text: content }],
    })),
    generationConfig: { ...objectOf(target.body['generationConfig']), maxOutputTokens: prompt.maxOutputTokens },
  });
}

function readChunk(value: unknown): StreamEvent {
  const parsed = chunkSchema.safeParse(value);
  if (!parsed.success) return { malformed: true };
  const { candidates, promptFeedback, usageMetadata } = parsed.data;
  const blockReason = promptFeedback?.blockReason;
  if (blockReason) return { error: { code: blockReason, message: 'The provider blocked the prompt' } };
  // One answer is asked for (`candidateCount` is reserved), so the first candidate is the answer.
  const candidate = candidates?.[0];
  const parts = candidate?.content?.parts ?? [];
  const textOf = (thought: boolean) =>
    parts.map((part) => (Boolean(part.thought) === thought ? (part.text ?? '') : '')).join('');
  return stripEmpty({
    text: textOf(false),
    reasoning: textOf(true),
    toolCallArguments: parts.map(argumentsOf).join(''),
    finishReason: candidate?.finishReason ?? '',
    usage: readUsage(usageMetadata),
  });
}

/** A call comes whole, as an object, or piece by piece as values of it. */
function argumentsOf({ functionCall }: Part): string {
  if (functionCall === null || functionCall === undefined) return '';
  const pieces = (functionCall.partialArgs ?? []).map(
    ({ stringValue, numberValue, boolValue }) => stringValue ?? numberValue ?? boolValue ?? '',
  );
  if (pieces.length > 0) return pieces.join('');
  const { args } = functionCall;
  return args === null || args === undefined ? '' : JSON.stringify(args);
}

/** Thoughts are counted beside the candidates; here, as with the others, output is both. The prompt has the cached ones. */
function readUsage(usage: z.infer<typeof chunkSchema>['usageMetadata']) {
  return usageOf({
    inputTokens: usage?.promptTokenCount,
    outputTokens: sumOf(usage?.candidatesTokenCount, usage?.thoughtsTokenCount),
    cachedTokens: usage?.cachedContentTokenCount,
    reasoningTokens: usage?.thoughtsTokenCount,
  });
}
