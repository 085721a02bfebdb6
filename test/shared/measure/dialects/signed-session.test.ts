import { afterAll, describe, expect, test } from 'vitest';
import { storedTargetSchema } from '../../../../shared/domain/run-spec.ts';
import { createInstrument } from '../../../../shared/measure/create-instrument.ts';
import { getDialect } from '../../../../shared/measure/dialects/get-dialect.ts';
import type { Exchange, SourceRequest } from '../../../../shared/measure/instrument.ts';
import { interpretExchange } from '../../../../shared/measure/interpret-exchange.ts';
import { createRequestSigner } from '../../../../shared/measure/sign-request.ts';
import { encodeFrame } from '../../../support/encode-frame.ts';
import { head, json, lastChunk, write } from '../../../support/scripted-responses.ts';
import { type ScriptedRequest, type Step, startScriptedServer } from '../../../support/scripted-server.ts';
import { expectedSignature, readAuthorization, type WireRequest } from '../../../support/verify-sigv4.ts';

const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const key = JSON.stringify({ accessKeyId: 'AKIDEXAMPLEEXAMPLE12', secretAccessKey });
const dialect = getDialect('bedrock-converse');

function wireRequest({ head: text, body }: ScriptedRequest): WireRequest {
  const [first = '', ...lines] = text.split('\r\n');
  const [method = '', target = ''] = first.split(' ');
  const headers = lines.map((line) => [
    line.slice(0, line.indexOf(':')).toLowerCase(),
    line.slice(line.indexOf(':') + 1).trim(),
  ]);
  return { method, target, headers: Object.fromEntries(headers), body: Buffer.from(body, 'latin1') };
}

/** Answers as the service would, frames cut into chunks anywhere, if the signature is right. */
function* serve(request: ScriptedRequest): Generator<Step> {
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
  ]);
  yield write(head('200 OK', { 'content-type': dialect.mediaType, 'transfer-encoding': 'chunked' }));
  for (let start = 0; start < bytes.length; start += 33) {
    const part = bytes.subarray(start, start + 33);
    yield write(Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')]));
  }
  yield write(lastChunk);
}

const server = await startScriptedServer(serve);
afterAll(() => server.close());

async function run(apiKey: string): Promise<Exchange[]> {
  const target = storedTargetSchema.parse({
    id: 'one',
    protocol: 'bedrock-converse',
    baseUrl: server.url,
    region: 'eu-west-1',
    model: 'a.model-v1:0',
    credentialId: null,
    headers: { 'X-Team': 'a' },
  });
  const signer = createRequestSigner(target, apiKey, Date.now);
  async function* requests(): AsyncGenerator<SourceRequest> {
    for (let index = 0; index < 6; index++) {
      const messages = [{ role: 'user' as const, content: `question ${index} ü` }];
      const prompt = { messages, inputTokens: 3, maxOutputTokens: 5, expectedNumber: null, inputLines: null };
      const request = dialect.buildRequest({ target, prompt, apiKey });
      const sign = signer?.(request);
      yield { index, body: request.body, ...(sign === undefined ? {} : { sign }) };
    }
  }
  const session = await createInstrument({ egress: 'loopback' }).openSession(
    { protocol: target.protocol, ...dialect.buildEndpoint(target, apiKey), connection: 'reuse' },
    { requestTimeoutMs: 20_000, firstTokenTimeoutMs: null, stallTimeoutMs: 20_000 },
  );
  const exchanges: Exchange[] = [];
  try {
    const load = { mode: 'concurrency', concurrency: 2 } as const;
    const phase = { load, count: 6, requests: requests(), startAtMs: null, lastStartAtMs: null };
    await session.run(phase, (exchange) => exchanges.push(exchange)).done;
  } finally {
    await session.close();
  }
  return exchanges;
}

describe('a session against an endpoint that checks signatures', () => {
  test('every request carries one of its own, and what it asks for is an event stream', async () => {
    const before = server.requests.length;
    const exchanges = await run(key);
    const outcomes = exchanges.map((exchange) => interpretExchange(exchange, dialect, { secrets: [] }));
    expect(outcomes.map(({ outcome, error }) => ({ outcome, error }))).toEqual(
      Array.from({ length: 6 }, () => ({ outcome: 'ok', error: null })),
    );
    expect(new Set(outcomes.map(({ answerText }) => answerText)).size).toBe(6);
    const requests = server.requests.slice(before).map(wireRequest);
    expect(new Set(requests.map(({ headers }) => headers['authorization'])).size).toBe(6);
    for (const { target, headers } of requests) {
      expect(target).toBe('/model/a.model-v1%3A0/converse-stream');
      expect(headers).toMatchObject({ accept: dialect.mediaType, 'accept-encoding': 'identity', 'x-team': 'a' });
    }
  });

  test('with another secret is refused, and the refusal has the service’s own code', async () => {
    const exchanges = await run(key.replace('wJalr', 'xJalr'));
    const [first] = exchanges.map((exchange) => interpretExchange(exchange, dialect, { secrets: [] }));
    expect(first).toMatchObject({ outcome: 'http_4xx', error: { code: 'InvalidSignatureException' } });
  });
});
