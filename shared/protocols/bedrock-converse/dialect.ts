import { z } from 'zod';
import type { BodyInput, Dialect, StreamEvent } from '../dialect.ts';
import type { WireEvent } from '../framing/decode-events.ts';
import { createFrameEventDecoder } from '../framing/decode-frames.ts';
import { createReader, parseJsonEvent, readException, stripEmpty } from '../parts/read-event.ts';
import { readArguments, readCalls, readText } from '../parts/read-texts.ts';
import { copyObject, joinUrl, splitPrompt } from '../parts/request-parts.ts';
import { findUsage, isObject } from '../parts/usage.ts';

const pasted = /\/model\/[^/]+\/(?:converse|converse-stream|invoke|invoke-with-response-stream)$/;

const text = z.string().nullish();
const eventSchema = z.object({
  delta: z
    .object({
      text,
      toolUse: z.object({ input: z.unknown().optional() }).nullish(),
      reasoningContent: z.object({ text: text.catch(null) }).nullish(),
    })
    .nullish(),
  start: z.object({ toolUse: z.object({ name: text }).nullish() }).nullish(),
  stopReason: text,
});

/** Bedrock's ConverseStream: `POST {base}/model/{model}/converse-stream`. The response is an AWS event stream. */
export const dialect: Dialect = {
  mediaType: 'application/vnd.amazon.eventstream',
  buildUrl: ({ baseUrl, model }) => joinUrl(baseUrl, pasted, `/model/${encodeURIComponent(model)}/converse-stream`),
  buildBody,
  createDecoder: createFrameEventDecoder,
  endsByFinish: true,
  readEvent,
  readWhole,
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

const readContent = createReader(eventSchema, ({ delta, start, stopReason }, value) =>
  stripEmpty({
    text: delta?.text ?? '',
    reasoning: delta?.reasoningContent?.text ?? '',
    toolCallArguments: readArguments(delta?.toolUse?.input),
    toolCallName: start?.toolUse?.name,
    finishReason: stopReason,
    usage: findUsage(value),
  }),
);

const knownTypes = new Set(['contentBlockStart', 'contentBlockDelta', 'messageStop', 'metadata']);

/** Reads an answer of the unstreamed Converse. */
function readWhole(value: unknown): StreamEvent {
  const output = isObject(value) ? value['output'] : null;
  const message = isObject(output) ? output['message'] : null;
  if (!isObject(value) || !isObject(message) || !Array.isArray(message['content'])) return { malformed: true };
  const parts = message['content'].filter(isObject);
  const calls = readCalls(parts.map((part) => part['toolUse']));
  return stripEmpty({
    text: parts.map((part) => readText(part['text'])).join(''),
    reasoning: parts.map((part) => readReasoningContent(part['reasoningContent'])).join(''),
    toolCallArguments: calls.texts,
    toolCallName: calls.names,
    finishReason: readText(value['stopReason']),
    usage: findUsage(value),
  });
}

function readReasoningContent(value: unknown): string {
  return isObject(value) ? readText(value['reasoningText'] ?? value) : '';
}
