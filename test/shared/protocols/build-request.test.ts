import { describe, expect, test } from 'vitest';
import { buildOpenaiUrl } from '../../../shared/protocols/parts/request-parts.ts';
import { storedTargetSchema } from '../../../shared/spec/target.ts';
import type { Prompt } from '../../../shared/workload/prompt.ts';
import { buildRequest } from '../../support/factories/build-request.ts';

const prompt: Prompt = {
  messages: [{ role: 'user', content: 'Pick lines: über alles' }],
  inputTokens: 9,
  maxOutputTokens: 150,
  expectedNumber: null,
  inputLines: null,
};
const target = storedTargetSchema.parse({
  id: 'one',
  baseUrl: 'https://api.example.com/v1',
  model: 'm',
  credentialId: null,
  headers: { 'X-Team': 'a' },
  body: { temperature: 0, stop: ['\n\n'] },
});

describe('buildOpenaiUrl', () => {
  test.each([
    ['https://h.example/v1', 'https://h.example/v1/chat/completions'],
    ['https://h.example/v1/', 'https://h.example/v1/chat/completions'],
    ['https://h.example/v1//', 'https://h.example/v1/chat/completions'],
    ['https://h.example/v1/chat/completions', 'https://h.example/v1/chat/completions'],
    ['https://h.example/v1/chat/completions/', 'https://h.example/v1/chat/completions'],
    ['https://h.example/v1/completions', 'https://h.example/v1/chat/completions'],
    ['https://h.example', 'https://h.example/chat/completions'],
    ['https://h.example/openai/deployments/x', 'https://h.example/openai/deployments/x/chat/completions'],
    ['http://[::1]:8000/v1', 'http://[::1]:8000/v1/chat/completions'],
  ])('%s leads to %s', (baseUrl, url) => {
    expect(buildOpenaiUrl(baseUrl, '/chat/completions')).toBe(url);
  });

  test('a pasted chat URL serves the completions protocol as well', () => {
    expect(buildOpenaiUrl('https://h.example/v1/chat/completions', '/completions')).toBe(
      'https://h.example/v1/completions',
    );
  });
});

describe('buildRequest', () => {
  test('a path replaces the protocol’s path as it is, and a scheme comes before the key', () => {
    const auth = { style: 'header', name: 'Authorization', scheme: 'Token' } as const;
    const request = buildRequest({ ...target, path: '/predict/', auth }, prompt, 'abc');
    expect(request.url).toBe('https://api.example.com/predict/');
    expect(request.headers['authorization']).toBe('Token abc');
  });

  const readBody = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes));

  test('openai-chat: streams with usage, the messages as they are, the target’s own parameters and headers', () => {
    const request = buildRequest(target, prompt, 'sk-1');
    expect(request.url).toBe('https://api.example.com/v1/chat/completions');
    expect(request.headers).toEqual({ 'x-team': 'a', authorization: 'Bearer sk-1' });
    expect(readBody(request.body)).toEqual({
      temperature: 0,
      stop: ['\n\n'],
      model: 'm',
      messages: prompt.messages,
      max_tokens: 150,
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  test('the output limit has the name in maxTokensField, and no key means no authorization', () => {
    const other = { ...target, maxTokensField: 'max_completion_tokens' as const };
    const request = buildRequest(other, prompt, null);
    expect(request.headers).toEqual({ 'x-team': 'a' });
    expect(readBody(request.body)).toMatchObject({ max_completion_tokens: 150 });
    expect(readBody(request.body)).not.toHaveProperty('max_tokens');
  });

  test('the target’s body cannot replace the workload’s fields', () => {
    const sly = { ...target, body: { model: 'other', stream: false, messages: [], max_tokens: 1 } };
    expect(readBody(buildRequest(sly, prompt, null).body)).toMatchObject({
      model: 'm',
      stream: true,
      messages: prompt.messages,
      max_tokens: 150,
    });
  });

  test('openai-completions: joins all contents to one prompt', () => {
    const messages: Prompt['messages'] = [{ role: 'system', content: 'Be brief.' }, ...prompt.messages];
    const request = buildRequest({ ...target, protocol: 'openai-completions', body: {} }, { ...prompt, messages }, 'k');
    expect(request.url).toBe('https://api.example.com/v1/completions');
    expect(readBody(request.body)).toEqual({
      model: 'm',
      prompt: 'Be brief.\n\nPick lines: über alles',
      max_tokens: 150,
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  test.each(['openai-chat', 'openai-completions'] as const)(
    '%s: a null stream_options omits the request for usage',
    (protocol) => {
      const plain = { ...target, protocol, body: { stream_options: null } };
      const body = readBody(buildRequest(plain, prompt, null).body);
      expect(body).not.toHaveProperty('stream_options');
      expect(body).toHaveProperty('stream', true);
    },
  );

  test('the same input gives the same bytes', () => {
    const build = () => buildRequest(target, prompt, 'k').body;
    expect(build()).toEqual(build());
  });
});
