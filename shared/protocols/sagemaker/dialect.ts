import type { Dialect, StreamEvent } from '../dialect.ts';
import type { WireEvent } from '../framing/decode-events.ts';
import { createPayloadPartDecoder } from '../framing/decode-payload-parts.ts';
import { buildChatBody, readChatChunk } from '../openai-chat/dialect.ts';
import { readChunkEvent, readException } from '../parts/read-event.ts';
import { joinUrl } from '../parts/request-parts.ts';
import { buildTgiBody, readTgiAnswer, readTgiChunk } from '../tgi/dialect.ts';

const pasted = /\/endpoints\/[^/]+\/invocations(?:-response-stream)?$/;

/**
 * SageMaker's InvokeEndpointWithResponseStream: `POST {base}/endpoints/{endpoint name}/invocations-response-stream`.
 * The frames contain the model container's own stream, whose protocol is the target's `payload`.
 */
export const dialect: Dialect = {
  mediaType: 'application/vnd.amazon.eventstream',
  buildUrl: ({ baseUrl, model }) =>
    joinUrl(baseUrl, pasted, `/endpoints/${encodeURIComponent(model)}/invocations-response-stream`),
  buildBody: (input) => (input.target.payload === 'tgi' ? buildTgiBody(input) : buildChatBody(input)),
  createDecoder: createPayloadPartDecoder,
  readEvent,
  readWhole: (value) =>
    isTgiChunk(Array.isArray(value) ? value[0] : value) ? readTgiAnswer(value) : readChatChunk(value),
};

/** Reads an event. The chunk itself shows which of the two payload protocols the container uses. */
function readEvent(event: WireEvent): StreamEvent {
  if (event.exception) return readException(event);
  return readChunkEvent(event, (value) => (isTgiChunk(value) ? readTgiChunk(value) : readChatChunk(value)));
}

function isTgiChunk(value: unknown): boolean {
  return typeof value === 'object' && value !== null && ('token' in value || 'generated_text' in value);
}
