import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../../shared/measure/instrument.ts';
import { getDialect } from '../../support/factories/get-dialect.ts';
import { interpretExchange, makeExchange } from '../../support/factories/make-exchange.ts';
import { done, event, finish, text } from '../../support/servers/scripted-responses.ts';

const chat = getDialect('openai-chat');
const read = (parts: string[], set: Partial<Exchange> = {}) =>
  interpretExchange(makeExchange(parts, set), chat, { secrets: [] });

const depth = 200_000;
const list = '['.repeat(depth) + ']'.repeat(depth);
const object = `${'{"text":'.repeat(depth)}"x"${'}'.repeat(depth)}`;

describe('a value that is nested too deeply is a malformed event, and never ends the batch', () => {
  test.each([
    ['content', `{"choices":[{"delta":{"content":${list}}}]}`],
    ['reasoning', `{"choices":[{"delta":{"reasoning":${object}}}]}`],
    ['arguments', `{"choices":[{"delta":{"tool_calls":[{"function":{"name":"f","arguments":${object}}}]}}]}`],
    ['detail', `{"detail":${list}}`],
  ])('%s of an event', (_, data) => {
    expect(read([text('a'), `data: ${data}\n\n`, finish, done]).outcome).toBe('bad_stream');
  });
  test('the detail of an error', () => {
    expect(read([`{"detail":${object}}`], { httpStatus: 422 }).outcome).toBe('http_4xx');
  });
  test('an answer in place of a stream', () => {
    const headers = { 'content-type': 'application/json' };
    expect(read([`{"choices":[{"message":{"content":${list}}}]}`], { headers }).outcome).toBe('bad_stream');
  });
  test.each(['anthropic-messages', 'gemini', 'openai-completions', 'openai-responses', 'tgi'] as const)(
    '%s: any event',
    (protocol) => {
      const bodies = [list, `{"detail":${object}}`, `{"error":{"message":${object}}}`, `{"delta":${object}}`];
      for (const body of bodies)
        expect(() =>
          interpretExchange(makeExchange([`data: ${body}\n\n`]), getDialect(protocol), { secrets: [] }),
        ).not.toThrow();
    },
  );
  test('ordinary nesting is read', () => {
    const parts = Array.from({ length: 400 }, () => ({ type: 'text', text: 'a' }));
    expect(read([event({ choices: [{ delta: { content: parts } }] }), finish, done])).toMatchObject({
      outcome: 'ok',
      answerText: 'a'.repeat(400),
    });
  });
});

describe('a number too large to be stored is not read', () => {
  test.each([
    ['infinite', '1e999'],
    ['long', '1e290'],
    ['text', `"${'9'.repeat(300)}s"`],
  ])('a wait that is %s, and the limit that says a real one counts', (_, wait) => {
    const body = [`{"error":{"message":"slow","retry_after":${wait}}}`];
    expect(read(body, { httpStatus: 429 })).toMatchObject({ outcome: 'rate_limited', retryAfterMs: null });
    const headers = { 'x-ratelimit-reset-tokens': '6s' };
    expect(read(body, { httpStatus: 429, headers }).retryAfterMs).toBe(6_000);
  });
  test.each([
    [{ 'retry-after': '9999999999' }],
    [{ 'retry-after': 'Sat, 01 Jan 275000 00:00:00 GMT', date: 'Mon, 30 Nov 2026 00:00:00 GMT' }],
    [{ 'x-ratelimit-reset': `${'9'.repeat(400)}s` }],
  ])('the wait of %j', (headers) => {
    expect(read(['{}'], { httpStatus: 429, headers }).retryAfterMs).toBeNull();
  });
  test.each([1e9, 2 ** 52, Number.MAX_SAFE_INTEGER])('a usage of %d tokens', (tokens) => {
    const usage = { prompt_tokens: 5, completion_tokens: tokens, prompt_tokens_details: { cached_tokens: tokens } };
    expect(read([text('a'), finish, event({ choices: [], usage }), done])).toMatchObject({
      outcome: 'ok',
      usage: { inputTokens: 5, outputTokens: null, cachedTokens: null },
    });
  });
});
