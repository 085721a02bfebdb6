import { z } from 'zod';
import type { BodyInput, Dialect, StreamEvent } from '../dialect.ts';
import type { WireEvent } from '../framing/decode-events.ts';
import { decodeFrameEvents } from '../framing/decode-frames.ts';
import { createReader, parseJsonEvent, readException, stripEmpty } from '../parts/read-event.ts';
import { copyObject, joinUrl, splitPrompt } from '../parts/request-parts.ts';
import { optional, sumKnown, tokenCount, toUsage } from '../parts/usage.ts';

const pasted = /\/model\/[^/]+\/(?:converse|converse-stream|invoke|invoke-with-response-stream)$/;

const text = z.string().nullish();
const usageSchema = optional(
  z.object({
    inputTokens: tokenCount,
    outputTokens: tokenCount,
    totalTokens: tokenCount,
    cacheReadInputTokens: tokenCount,
    cacheWriteInputTokens: tokenCount,
  }),
);
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

/** Bedrock's ConverseStream: `POST {base}/model/{model}/converse-stream`. The response is an AWS event stream. */
export const dialect: Dialect = {
  mediaType: 'application/vnd.amazon.eventstream',
  buildUrl: ({ baseUrl, model }) => joinUrl(baseUrl, pasted, `/model/${encodeURIComponent(model)}/converse-stream`),
  buildBody,
  decode: decodeFrameEvents,
  readEvent,
};

function buildBody({ target, prompt }: BodyInput): Record<string, unknown> {
  const { system, turns } = splitPrompt(prompt);
  return {
    ...target.body,
    ...(system === '' ? {} : { system: [{ text: system }] }),
    messages: turns.map(({ role, content }) => ({ role, content: [{ text: content }] })),
    inferenceConfig: { ...copyObject(target.body['inferenceConfig']), maxTokens: prompt.maxOutputTokens },
  };
}

/** Reads an event. `messageStop` ends the output; `metadata` with the usage follows. Unknown types are ignored. */
function readEvent(event: WireEvent): StreamEvent {
  if (event.exception) return readException(event);
  if (event.event === null) return { malformed: true };
  if (!knownTypes.has(event.event)) return {};
  return parseJsonEvent(event, readContent);
}

const readContent = createReader(eventSchema, ({ delta, stopReason, usage }) =>
  stripEmpty({
    text: delta?.text ?? '',
    reasoning: delta?.reasoningContent?.text ?? '',
    toolCallArguments: delta?.toolUse?.input ?? '',
    finishReason: stopReason ?? '',
    usage: readUsage(usage),
  }),
);

const knownTypes = new Set(['contentBlockDelta', 'messageStop', 'metadata']);

/** Reads the usage. Only some models include cached tokens in `inputTokens`; the total shows whether a model does. */
function readUsage(usage: z.infer<typeof usageSchema>) {
  if (usage === null || usage === undefined) return null;
  const { inputTokens, outputTokens, totalTokens, cacheReadInputTokens, cacheWriteInputTokens } = usage;
  const all = sumKnown(inputTokens, cacheReadInputTokens, cacheWriteInputTokens);
  const isAll = sumKnown(all, outputTokens) === (totalTokens ?? null);
  return toUsage({ inputTokens: isAll ? all : inputTokens, outputTokens, cachedTokens: cacheReadInputTokens });
}
