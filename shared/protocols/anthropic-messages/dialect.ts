import { z } from 'zod';
import type { BodyInput, Dialect, StreamEvent } from '../dialect.ts';
import { eventStream, type WireEvent } from '../framing/decode-events.ts';
import { readProviderError } from '../parts/provider-error.ts';
import { createReader, parseJsonEvent, stripEmpty } from '../parts/read-event.ts';
import { readArguments, readReasoning, readText } from '../parts/read-texts.ts';
import { joinUrl, splitPrompt } from '../parts/request-parts.ts';
import { findUsage, isObject } from '../parts/usage.ts';
import type { UsageStatement } from '../usage-statement.ts';

const pasted = /(?:\/v1\/messages|\/messages|\/v1)$/;

const text = z.string().nullish();
const partSchema = z
  .looseObject({ type: text.catch(null), text, partial_json: text, stop_reason: text.catch(null) })
  .nullish();
const eventSchema = z.object({ type: text, content_block: partSchema.catch(null), delta: partSchema });
type Parsed = z.infer<typeof eventSchema>;

/** Anthropic's streamed Messages protocol: `POST {base}/v1/messages`. The base URL may end in `/v1` or this path. */
export const dialect: Dialect = {
  ...eventStream,
  endMarkers: ['message_stop'],
  buildUrl: ({ baseUrl }) => joinUrl(baseUrl, pasted, '/v1/messages'),
  buildBody,
  usageFooting: { cached: 'separate' },
  readEvent,
  readWhole,
};

function buildBody({ target, prompt }: BodyInput): Record<string, unknown> {
  const { system, turns } = splitPrompt(prompt);
  return {
    ...target.body,
    model: target.model,
    ...(system === '' ? {} : { system }),
    messages: turns,
    max_tokens: prompt.maxOutputTokens,
    stream: true,
  };
}

function readEvent(event: WireEvent): StreamEvent {
  const read = createReader(eventSchema, (parsed, value) => {
    const name = parsed.type ?? event.event ?? '';
    const error = readProviderError(value, name === 'error');
    if (error !== null) return { error };
    if (name === 'error') return { error: { code: null, message: event.data } };
    return readNamed(name, parsed, findUsage(value));
  });
  return parseJsonEvent(event, read);
}

function readNamed(name: string, { content_block, delta }: Parsed, usage: UsageStatement | null): StreamEvent {
  if (name === 'message_stop') return { ...stripEmpty({ usage }), done: true };
  if (name === 'message_start' && usage !== null) {
    // The output count in `message_start` is not final: it does not include the response.
    const { outputTokens: _early, ...input } = usage;
    return { usage: input };
  }
  if (name === 'message_delta') return stripEmpty({ finishReason: delta?.stop_reason, usage });
  if (name !== 'content_block_delta' && name !== 'content_block_start') return {};
  const part = (name === 'content_block_delta' ? delta : content_block) ?? {};
  return stripEmpty({ ...readPart(part), usage });
}

/** Reads a block of an answer, or a piece of one. */
function readPart(part: Readonly<Record<string, unknown>>) {
  const isCall = typeof part['type'] === 'string' && part['type'].endsWith('tool_use');
  const input = isObject(part['input']) && Object.keys(part['input']).length > 0 ? part['input'] : null;
  return {
    text: readText(part['text']),
    reasoning: readReasoning(part),
    toolCallArguments: readArguments(part['partial_json']) + readArguments(input),
    toolCallName: isCall ? readText(part['name']) : '',
  };
}

function readWhole(value: unknown): StreamEvent {
  if (!isObject(value) || !Array.isArray(value['content'])) return { malformed: true };
  const parts = value['content'].filter(isObject).map(readPart);
  const join = (name: keyof ReturnType<typeof readPart>) => parts.map((part) => part[name]).join('');
  return stripEmpty({
    text: join('text'),
    reasoning: join('reasoning'),
    toolCallArguments: join('toolCallArguments'),
    toolCallName: join('toolCallName'),
    finishReason: readText(value['stop_reason']),
    usage: findUsage(value),
  });
}
