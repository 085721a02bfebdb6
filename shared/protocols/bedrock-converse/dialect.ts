import { z } from 'zod';
import type { Dialect, RequestInput, ServerSentEvent, StreamEvent } from '../dialect.ts';
import { decodeFrameEvents } from '../framing/decode-frame-events.ts';
import { buildEndpoint } from '../parts/build-endpoint.ts';
import { joinUrl } from '../parts/build-url.ts';
import { encodeBody, objectOf } from '../parts/encode-body.ts';
import { parseJsonEvent } from '../parts/parse-json-event.ts';
import { readException } from '../parts/read-exception.ts';
import { splitPrompt } from '../parts/split-prompt.ts';
import { stripEmpty } from '../parts/strip-empty.ts';
import { sumOf, tokenCount, usageOf } from '../parts/token-count.ts';

const pasted = /\/model\/[^/]+\/(?:converse|converse-stream|invoke|invoke-with-response-stream)$/;

const text = z.string().nullish();
const usageSchema = z
  .object({
    inputTokens: tokenCount,
    outputTokens: tokenCount,
    totalTokens: tokenCount,
    cacheReadInputTokens: tokenCount,
    cacheWriteInputTokens: tokenCount,
  })
  .nullish()
  .catch(null);
const eventSchema = z.object({
  delta: z
    .object({
      text,
      toolUse: z.object({ input: text }).nullish(),
      reasoningContent: z.object({ text: text.catch(null) }).nullish(),
    })
    .nullish(),
  stopReason: text,
  usage: usageSchema,
});

/** Bedrock's ConverseStream: `POST {base}/model/{model}/converse-stream`, answered in frames of an AWS event stream. */
export const bedrockConverse: Dialect = {
  protocol: 'bedrock-converse',
  mediaType: 'application/vnd.amazon.eventstream',
  buildEndpoint: (target, apiKey) => {
    const path = `/model/${encodeURIComponent(target.model)}/converse-stream`;
    return buildEndpoint(target, apiKey, joinUrl(target.baseUrl, pasted, path));
  },
  buildRequest(input) {
    return { ...bedrockConverse.buildEndpoint(input.target, input.apiKey), body: buildBody(input) };
  },
  decode: decodeFrameEvents,
  readEvent,
};

function buildBody({ target, prompt }: RequestInput): Uint8Array {
  const { system, turns } = splitPrompt(prompt);
  return encodeBody({
    ...target.body,
    ...(system === '' ? {} : { system: [{ text: system }] }),
    messages: turns.map(({ role, content }) => ({ role, content: [{ text: content }] })),
    inferenceConfig: { ...objectOf(target.body['inferenceConfig']), maxTokens: prompt.maxOutputTokens },
  });
}

/** `messageStop` ends the answer, and `metadata`, with the usage, comes after it. Unknown types are the service's business. */
function readEvent(event: ServerSentEvent): StreamEvent {
  if (event.exception) return readException(event);
  if (event.event === null) return { malformed: true };
  if (!knownTypes.has(event.event)) return {};
  return parseJsonEvent(event, (value) => {
    const parsed = eventSchema.safeParse(value);
    if (!parsed.success) return { malformed: true };
    const { delta, stopReason, usage } = parsed.data;
    return stripEmpty({
      text: delta?.text ?? '',
      reasoning: delta?.reasoningContent?.text ?? '',
      toolCallArguments: delta?.toolUse?.input ?? '',
      finishReason: stopReason ?? '',
      usage: readUsage(usage),
    });
  });
}

const knownTypes = new Set(['contentBlockDelta', 'messageStop', 'metadata']);

/** Whether `inputTokens` holds what the cache gave differs by model; the total, which holds all, tells. */
function readUsage(usage: z.infer<typeof usageSchema>) {
  if (usage === null || usage === undefined) return null;
  const { inputTokens, outputTokens, totalTokens, cacheReadInputTokens, cacheWriteInputTokens } = usage;
  const all = sumOf(inputTokens, cacheReadInputTokens, cacheWriteInputTokens);
  const isAll = sumOf(all, outputTokens) === (totalTokens ?? null);
  return usageOf({ inputTokens: isAll ? all : inputTokens, outputTokens, cachedTokens: cacheReadInputTokens });
}
