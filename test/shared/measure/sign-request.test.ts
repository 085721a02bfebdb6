import { describe, expect, test } from 'vitest';
import { createRequestSigner } from '../../../shared/measure/sign-request.ts';
import { buildEndpoint } from '../../../shared/protocols/build-request.ts';
import { storedTargetSchema } from '../../../shared/spec/target.ts';
import type { Prompt } from '../../../shared/workload/prompt.ts';
import { buildRequest } from '../../support/factories/build-request.ts';
import { getDialect } from '../../support/factories/get-dialect.ts';
import { expectedSignature, readAuthorization, type WireRequest } from '../../support/servers/verify-sigv4.ts';

const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const key = JSON.stringify({ accessKeyId: 'AKIDEXAMPLEEXAMPLE12', secretAccessKey });
const nowMs = Date.UTC(2026, 0, 31, 23, 59, 58);
const prompt: Prompt = {
  messages: [{ role: 'user', content: 'über alles' }],
  inputTokens: 3,
  maxOutputTokens: 5,
  expectedNumber: null,
  inputLines: null,
};
const target = (fields: Record<string, unknown> = {}) =>
  storedTargetSchema.parse({
    id: 'one',
    protocol: 'bedrock-converse',
    baseUrl: 'https://bedrock-runtime.eu-west-1.amazonaws.com',
    model: 'anthropic.claude-3-haiku-20240307-v1:0',
    credentialId: null,
    ...fields,
  });

/** The request as the measuring thread would send it. */
async function sign(of: ReturnType<typeof target>, apiKey = key): Promise<WireRequest> {
  const request = buildRequest(of, prompt, apiKey);
  const signed = await createRequestSigner(of, apiKey, () => nowMs)?.(request)();
  const url = new URL(request.url);
  const headers = { ...request.headers, ...signed, host: url.host, 'content-type': 'application/json' };
  return { method: 'POST', target: `${url.pathname}${url.search}`, headers, body: request.body };
}
const readSignature = (request: WireRequest) => readAuthorization(request.headers['authorization'] ?? '').signature;

describe('the check itself', () => {
  test('finds the signature of the example in the AWS General Reference', () => {
    const credential = 'AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request';
    const signature = '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7';
    const request: WireRequest = {
      method: 'GET',
      target: '/?Action=ListUsers&Version=2010-05-08',
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        host: 'iam.amazonaws.com',
        'x-amz-date': '20150830T123600Z',
        authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=content-type;host;x-amz-date, Signature=${signature}`,
      },
      body: new Uint8Array(),
    };
    expect(expectedSignature(request, secretAccessKey)).toBe(signature);
  });
});

describe('a signed request', () => {
  test.each<[string, Record<string, unknown>]>([
    ['a model with a colon, which is encoded twice', {}],
    ['a model that is an ARN', { model: 'arn:aws:bedrock:eu-west-1:1:inference-profile/eu.m-v1:0' }],
    [
      'SageMaker',
      { protocol: 'sagemaker', baseUrl: 'https://runtime.sagemaker.eu-west-1.amazonaws.com', model: 'e-1' },
    ],
    ['a query with characters to encode', { query: { 'api-version': 'a b+c/ü', z: "!'()*" } }],
    ['headers of the target’s own', { headers: { 'X-Amzn-SageMaker-Inference-Component': 'c', 'x-team': ' a  b ' } }],
    ['a port in the host', { baseUrl: 'http://127.0.0.1:4566', region: 'eu-west-1' }],
  ])('has the signature the service works out: %s', async (_what, fields) => {
    const of = target(fields);
    const request = await sign(of);
    // The service folds runs of spaces within a header's value.
    const folded = Object.entries(request.headers).map(([name, value]) => [name, value.replace(/ +/g, ' ')]);
    expect(readSignature(request)).toBe(
      expectedSignature({ ...request, headers: Object.fromEntries(folded) }, secretAccessKey),
    );
  });

  test('names the key, date, region and service, and covers host, type, date and the target’s headers', async () => {
    const { accessKeyId, scope, signedHeaders } = readAuthorization(
      (await sign(target({ headers: { 'x-team': 'a' } }))).headers['authorization'] ?? '',
    );
    expect(accessKeyId).toBe('AKIDEXAMPLEEXAMPLE12');
    expect(scope).toBe('20260131/eu-west-1/bedrock/aws4_request');
    expect(signedHeaders).toEqual(['content-type', 'host', 'x-amz-content-sha256', 'x-amz-date', 'x-team']);
  });

  test('for another region or session has another signature and names it', async () => {
    const token = 'FwoGZXIvYXdz';
    const temporary = JSON.stringify({ ...JSON.parse(key), sessionToken: token });
    const request = await sign(target({ region: 'us-west-2' }), temporary);
    expect(request.headers).toMatchObject({ 'x-amz-security-token': token, 'x-amz-date': '20260131T235958Z' });
    expect(readAuthorization(request.headers['authorization'] ?? '').scope).toContain('/us-west-2/');
    expect(readSignature(request)).toBe(expectedSignature(request, secretAccessKey));
  });

  test('does not fit another body', async () => {
    const request = await sign(target());
    const body = Uint8Array.from(request.body, (byte, index) => (index === 3 ? byte ^ 1 : byte));
    expect(expectedSignature({ ...request, body }, secretAccessKey)).not.toBe(readSignature(request));
  });

  test('is made only if the target uses signatures', () => {
    const bearer = target({ auth: { style: 'bearer' } });
    expect(createRequestSigner(bearer, 'a-bedrock-key', () => nowMs)).toBeNull();
    expect(buildEndpoint(getDialect('bedrock-converse'), bearer, 'a-bedrock-key').headers).toEqual({
      authorization: 'Bearer a-bedrock-key',
    });
  });

  test('requires credentials and a region', () => {
    expect(() => createRequestSigner(target(), null, () => nowMs)).toThrow(/cannot be signed/);
    expect(() => createRequestSigner(target({ baseUrl: 'http://h.example' }), key, () => nowMs)).toThrow(/region/);
  });
});
