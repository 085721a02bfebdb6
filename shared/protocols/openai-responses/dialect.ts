import { z } from 'zod';
import type { BodyInput, Dialect, StreamEvent } from '../dialect.ts';
import { eventStream, type WireEvent } from '../framing/decode-events.ts';
import { readProviderError, unexplainedError } from '../parts/provider-error.ts';
import { createReader, parseJsonEvent, stripEmpty } from '../parts/read-event.ts';
import { readCalls, readText } from '../parts/read-texts.ts';
import { buildOpenaiUrl, splitPrompt } from '../parts/request-parts.ts';
import { findUsage, isObject, optional } from '../parts/usage.ts';

const text = z.string().nullish().catch(null);
const responseSchema = z.looseObject({
  status: text,
  incomplete_details: optional(z.object({ reason: text })),
});
const eventSchema = z.object({ type: text, delta: z.unknown().optional(), response: responseSchema.nullish() });

const deltas: Record<string, 'text' | 'reasoning' | 'toolCallArguments'> = {
  'response.output_text.delta': 'text',
  'response.refusal.delta': 'text',
  'response.reasoning_text.delta': 'reasoning',
  'response.reasoning_summary_text.delta': 'reasoning',
  'response.function_call_arguments.delta': 'toolCallArguments',
  'response.custom_tool_call_input.delta': 'toolCallArguments',
  'response.mcp_call_arguments.delta': 'toolCallArguments',
};
/** Compatible servers stream reasoning under further names, such as `response.reasoning.delta`. */
const otherReasoning = /^response\.\w*(?:reason|think|thought)[\w.]*\.delta$/;

/** OpenAI's Responses protocol, streamed: `POST {base}/responses`. The stream ends with an event, not with `[DONE]`. */
export const dialect: Dialect = {
  ...eventStream,
  endMarkers: ['response.completed', 'response.incomplete'],
  buildUrl: ({ baseUrl }) => buildOpenaiUrl(baseUrl, '/responses'),
  buildBody,
  readEvent,
  readWhole,
};

function buildBody({ target, prompt }: BodyInput): Record<string, unknown> {
  const { system, turns } = splitPrompt(prompt);
  return {
    ...target.body,
    model: target.model,
    ...(system === '' ? {} : { instructions: system }),
    input: turns,
    max_output_tokens: prompt.maxOutputTokens,
    stream: true,
  };
}

function readEvent(event: WireEvent): StreamEvent {
  const read = createReader(eventSchema, ({ type, delta, response }, value) => {
    const name = type ?? event.event ?? '';
    const kind = deltas[name] ?? (otherReasoning.test(name) ? 'reasoning' : undefined);
    if (kind !== undefined) {
      if (typeof delta === 'string') return stripEmpty({ [kind]: delta });
      return isObject(delta) ? stripEmpty({ [kind]: readText(delta) }) : { malformed: true };
    }
    if (name === 'error') return { error: readError(value) };
    if (name === 'response.failed')
      return { ...stripEmpty({ usage: findUsage(value) }), error: readError({ error: response?.['error'] }) };
    if (name === 'response.output_item.added') return stripEmpty({ toolCallName: readCallName(value) });
    // An event without a name is an error from a gateway in front of the provider.
    if (name === '') return readUntyped(value);
    if (name !== 'response.completed' && name !== 'response.incomplete') return {};
    return { ...readResponse(response ?? {}, name.slice('response.'.length)), done: true };
  });
  return parseJsonEvent(event, read);
}

function readWhole(value: unknown): StreamEvent {
  const parsed = responseSchema.safeParse(value);
  return parsed.success && Array.isArray(parsed.data['output']) ? readResponse(parsed.data, '') : { malformed: true };
}

/** Reads a whole response, at the end of a stream or in place of one. */
function readResponse(
  response: z.infer<typeof responseSchema> | Record<string, never>,
  otherwise: string,
): StreamEvent {
  const items = Array.isArray(response['output']) ? response['output'].filter(isObject) : [];
  const ofType = (wanted: string) => items.filter(({ type }) => type === wanted);
  const calls = readCalls(ofType('function_call'));
  const read = stripEmpty({
    text: readText(ofType('message')),
    reasoning: readText(ofType('reasoning')),
    toolCallArguments: calls.texts,
    toolCallName: calls.names,
    finishReason: response.incomplete_details?.reason ?? response.status ?? otherwise,
    usage: findUsage({ response }),
  });
  const error = readProviderError({ error: response['error'] }, false);
  return { ...read, isWhole: true, ...(error === null ? {} : { error }) };
}

function readCallName(value: unknown): string {
  const item = isObject(value) ? value['item'] : null;
  return isObject(item) && typeof item['name'] === 'string' ? item['name'] : '';
}

function readUntyped(value: unknown): StreamEvent {
  const error = readProviderError(value, false);
  return error === null ? {} : { error };
}

function readError(value: unknown) {
  return readProviderError(value, true) ?? unexplainedError;
}
