import { afterAll, describe, expect, test } from 'vitest';
import { ownServers } from '../../../shared/egress/own-servers.ts';
import { createInstrument } from '../../../shared/measure/create-instrument.ts';
import type { Exchange, SourceRequest } from '../../../shared/measure/instrument.ts';
import { createRequestSigner } from '../../../shared/measure/sign-request.ts';
import { buildEndpoint } from '../../../shared/protocols/build-request.ts';
import { storedTargetSchema } from '../../../shared/spec/target.ts';
import { buildRequest } from '../../support/factories/build-request.ts';
import { getDialect } from '../../support/factories/get-dialect.ts';
import { interpretExchange } from '../../support/factories/make-exchange.ts';
import { answerSigned, wireRequest } from '../../support/servers/bedrock-server.ts';
import { startScriptedServer } from '../../support/servers/scripted-server.ts';

const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const key = JSON.stringify({ accessKeyId: 'AKIDEXAMPLEEXAMPLE12', secretAccessKey });
const dialect = getDialect('bedrock-converse');

const server = await startScriptedServer(answerSigned(secretAccessKey));
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
      const request = buildRequest(target, prompt, apiKey);
      const sign = signer?.(request);
      yield { index, body: request.body, ...(sign === undefined ? {} : { sign }) };
    }
  }
  const session = await createInstrument({ egress: ownServers }).openSession(
    { protocol: target.protocol, ...buildEndpoint(dialect, target, apiKey), connection: 'reuse' },
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
  test('every request has its own signature and requests an event stream', async () => {
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

  test('a request with another secret is refused with the service’s code', async () => {
    const exchanges = await run(key.replace('wJalr', 'xJalr'));
    const [first] = exchanges.map((exchange) => interpretExchange(exchange, dialect, { secrets: [] }));
    expect(first).toMatchObject({ outcome: 'http_4xx', error: { code: 'InvalidSignatureException' } });
  });
});
