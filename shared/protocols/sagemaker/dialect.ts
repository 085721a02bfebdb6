import type { Dialect, ServerSentEvent, StreamEvent } from '../dialect.ts';
import { decodePayloadParts } from '../framing/decode-payload-parts.ts';
import { buildChatBody, readChatChunk } from '../openai-chat/dialect.ts';
import { buildEndpoint } from '../parts/build-endpoint.ts';
import { joinUrl } from '../parts/build-url.ts';
import { encodeBody } from '../parts/encode-body.ts';
import { readException } from '../parts/read-exception.ts';
import { readJsonEvent } from '../parts/read-json-event.ts';
import { buildTgiBody, readTgiChunk } from '../tgi/dialect.ts';

const pasted = /\/endpoints\/[^/]+\/invocations(?:-response-stream)?$/;

/**
 * SageMaker's InvokeEndpointWithResponseStream: `POST {base}/endpoints/{model}/invocations-response-stream`, where the model
 * is the endpoint's name. Frames carry what the container streams, which speaks as the target's `payload` says.
 */
export const sagemaker: Dialect = {
  protocol: 'sagemaker',
  mediaType: 'application/vnd.amazon.eventstream',
  buildEndpoint: (target, apiKey) => {
    const path = `/endpoints/${encodeURIComponent(target.model)}/invocations-response-stream`;
    return buildEndpoint(target, apiKey, joinUrl(target.baseUrl, pasted, path));
  },
  buildRequest(input) {
    const body = input.target.payload === 'tgi' ? buildTgiBody(input) : buildChatBody(input);
    return { ...sagemaker.buildEndpoint(input.target, input.apiKey), body: encodeBody(body) };
  },
  decode: decodePayloadParts,
  readEvent,
};

/** What a container answers shows which of the two it speaks, whatever it was sent. */
function readEvent(event: ServerSentEvent): StreamEvent {
  if (event.exception) return readException(event);
  return readJsonEvent(event, (value) => (isTgiChunk(value) ? readTgiChunk(value) : readChatChunk(value)));
}

function isTgiChunk(value: unknown): boolean {
  return typeof value === 'object' && value !== null && ('token' in value || 'generated_text' in value);
}
