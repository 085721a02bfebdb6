import type { Dialect, StreamEvent } from '../dialect.ts';
import type { WireEvent } from '../framing/decode-events.ts';
import { decodePayloadParts } from '../framing/decode-payload-parts.ts';
import { buildChatBody, readChatChunk } from '../openai-chat/dialect.ts';
import { readChunkEvent, readException } from '../parts/read-event.ts';
import { joinUrl } from '../parts/request-parts.ts';
import { buildTgiBody, readTgiChunk } from '../tgi/dialect.ts';

const pasted = /\/endpoints\/[^/]+\/invocations(?:-response-stream)?$/;

/**
 * SageMaker's InvokeEndpointWithResponseStream: `POST {base}/endpoints/{model}/invocations-response-stream`, where the
 * model is the endpoint's name. Frames contain the container's stream in the protocol of the target's `payload`.
 */
export const dialect: Dialect = {
  mediaType: 'application/vnd.amazon.eventstream',
  buildUrl: ({ baseUrl, model }) =>
    joinUrl(baseUrl, pasted, `/endpoints/${encodeURIComponent(model)}/invocations-response-stream`),
  buildBody: (input) => (input.target.payload === 'tgi' ? buildTgiBody(input) : buildChatBody(input)),
  decode: decodePayloadParts,
  readEvent,
};

/** Detects from the chunk which of the two protocols the container uses, regardless of the request's. */
function readEvent(event: WireEvent): StreamEvent {
  if (event.exception) return readException(event);
  return readChunkEvent(event, (value) => (isTgiChunk(value) ? readTgiChunk(value) : readChatChunk(value)));
}

function isTgiChunk(value: unknown): boolean {
  return typeof value === 'object' && value !== null && ('token' in value || 'generated_text' in value);
}
