import { encodeFrame } from './encode-frame.ts';
import { head, json, lastChunk, write } from './scripted-responses.ts';
import type { ScriptedRequest, Step } from './scripted-server.ts';
import { expectedSignature, readAuthorization, type WireRequest } from './verify-sigv4.ts';

const mediaType = 'application/vnd.amazon.eventstream';

export function wireRequest({ head: text, body }: ScriptedRequest): WireRequest {
  const [first = '', ...lines] = text.split('\r\n');
  const [method = '', target = ''] = first.split(' ');
  const headers = lines.map((line) => [
    line.slice(0, line.indexOf(':')).toLowerCase(),
    line.slice(line.indexOf(':') + 1).trim(),
  ]);
  return { method, target, headers: Object.fromEntries(headers), body: Buffer.from(body, 'latin1') };
}

/** Creates a script that answers like Bedrock if the signature is right. Chunks may split frames. */
export function answerSigned(secretAccessKey: string): (request: ScriptedRequest) => Iterable<Step> {
  return function* (request) {
    const wire = wireRequest(request);
    const { signature } = readAuthorization(wire.headers['authorization'] ?? '');
    if (signature !== expectedSignature(wire, secretAccessKey)) {
      yield write(
        json(
          '403 Forbidden',
          { message: 'The signature does not match' },
          { 'x-amzn-errortype': 'InvalidSignatureException:' },
        ),
      );
      return;
    }
    const bytes = Buffer.concat([
      encodeFrame({ event: 'contentBlockDelta', payload: { delta: { text: `answer ${request.number}` } } }),
      encodeFrame({ event: 'messageStop', payload: { stopReason: 'end_turn' } }),
      encodeFrame({ event: 'metadata', payload: { usage: { inputTokens: 4, outputTokens: 2, totalTokens: 6 } } }),
    ]);
    yield write(head('200 OK', { 'content-type': mediaType, 'transfer-encoding': 'chunked' }));
    for (let start = 0; start < bytes.length; start += 33) {
      const part = bytes.subarray(start, start + 33);
      yield write(Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')]));
    }
    yield write(lastChunk);
  };
}
