import { z } from 'zod';
import type { BodyInput, Dialect, StreamEvent } from '../dialect.ts';
import { eventStream } from '../framing/decode-events.ts';
import { createReader, readChunkEvent, stripEmpty } from '../parts/read-event.ts';
import { copyObject, joinUrl, splitPrompt } from '../parts/request-parts.ts';
import { findUsage, optional } from '../parts/usage.ts';

const pasted = /\/(?:publishers|models|tunedModels|endpoints)\/.*:\w+$/;

const text = z.string().nullish();
const partialArg = z.object({ stringValue: text, numberValue: z.number().nullish(), boolValue: z.boolean().nullish() });
const partSchema = z.object({
  text,
  thought: optional(z.boolean()),
  functionCall: optional(
    z.object({
      name: text.catch(null),
      args: z.record(z.string(), z.unknown()).nullish(),
      partialArgs: optional(z.array(partialArg)),
    }),
  ),
});
type Part = z.infer<typeof partSchema>;
const chunkSchema = z.object({
  candidates: z
    .array(
      z.object({
        content: z.object({ parts: z.array(partSchema).nullish() }).nullish(),
        finishReason: text,
        finishMessage: text.catch(null),
      }),
    )
    .nullish(),
  promptFeedback: optional(z.object({ blockReason: text })),
});

/** Gemini's own API, streamed: `POST {base}/models/{model}:streamGenerateContent?alt=sse`. */
export const dialect: Dialect = createGeminiDialect('models/');

/** Creates a Gemini dialect. Model names without a slash get `collection` as a prefix. */
export function createGeminiDialect(collection: string): Dialect {
  return {
    ...eventStream,
    buildUrl({ baseUrl, model }) {
      const resource = model.includes('/') ? model : `${collection}${model}`;
      const path = resource.split('/').map(encodeURIComponent).join('/');
      const url = new URL(joinUrl(baseUrl, pasted, `/${path}:streamGenerateContent`));
      url.search = 'alt=sse';
      return url.href;
    },
    buildBody,
    usageFooting: { reasoning: 'separate' },
    endsByFinish: true,
    readWhole,
    readEvent: (event) => readChunkEvent(event, readChunk),
  };
}

function buildBody({ target, prompt }: BodyInput): Record<string, unknown> {
  const { system, turns } = splitPrompt(prompt);
  return {
    ...target.body,
    ...(system === '' ? {} : { systemInstruction: { parts: [{ text: system }] } }),
    contents: turns.map(({ role, content }) => ({
      role: role === 'assistant' ? 'model' : 'user',
      parts: [{ text: content }],
    })),
    generationConfig: { ...copyObject(target.body['generationConfig']), maxOutputTokens: prompt.maxOutputTokens },
  };
}

const readChunk = createReader(chunkSchema, ({ candidates, promptFeedback }, value) => {
  const blockReason = promptFeedback?.blockReason;
  if (blockReason) return { error: { code: blockReason, message: 'The provider blocked the prompt' } };
  // Only one candidate is requested (`candidateCount` is reserved), so the first candidate is the response.
  const candidate = candidates?.[0];
  const parts = candidate?.content?.parts ?? [];
  const joinTexts = (thought: boolean) =>
    parts.map((part) => (Boolean(part.thought) === thought ? (part.text ?? '') : '')).join('');
  return stripEmpty({
    text: joinTexts(false),
    reasoning: joinTexts(true),
    toolCallArguments: parts.map(readArguments).join(''),
    toolCallName: parts.map((part) => part.functionCall?.name ?? '').join(''),
    finishReason: candidate?.finishReason,
    finishMessage: candidate?.finishMessage,
    usage: findUsage(value),
  });
});

/** Reads the arguments of a function call, which arrive as one object or as separate values. */
function readArguments({ functionCall }: Part): string {
  if (functionCall === null || functionCall === undefined) return '';
  const pieces = (functionCall.partialArgs ?? []).map(
    ({ stringValue, numberValue, boolValue }) => stringValue ?? numberValue ?? boolValue ?? '',
  );
  if (pieces.length > 0) return pieces.join('');
  const { args } = functionCall;
  return args === null || args === undefined ? '' : JSON.stringify(args);
}

/** Reads a whole answer. Without `alt=sse`, it is a list of the chunks of the stream. */
function readWhole(value: unknown): StreamEvent {
  const read: StreamEvent = {};
  for (const item of Array.isArray(value) ? value : [value]) {
    const { text = '', reasoning = '', toolCallArguments = '', toolCallName = '', ...rest } = readChunk(item);
    Object.assign(read, rest, {
      text: (read.text ?? '') + text,
      reasoning: (read.reasoning ?? '') + reasoning,
      toolCallArguments: (read.toolCallArguments ?? '') + toolCallArguments,
      toolCallName: (read.toolCallName ?? '') + toolCallName,
    });
  }
  return { ...read, ...stripEmpty(read) };
}
