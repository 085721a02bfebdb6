import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { presets } from '../../../infra/provider/config/presets.ts';
import { faultKinds } from '../../../infra/provider/config/provider-config.ts';
import type { ProviderLogLine } from '../../../infra/provider/log/request-log.ts';
import { type Provider, serveProvider } from '../../../infra/provider/serve-provider.ts';
import { readChatStream } from '../../support/chat-stream.ts';
import { type RawExchange, rawExchange } from '../../support/raw-exchange.ts';

const log: ProviderLogLine[] = [];
let provider: Provider;

beforeAll(async () => {
  provider = await serveProvider({ models: presets.faults.models }, (line) => log.push(line));
});
afterAll(() => provider.close());

const content = 'Tell me of the sea.';

async function ask(model: string, options: Parameters<typeof rawExchange>[2] = {}): Promise<RawExchange> {
  const body = { model, stream: true, max_tokens: 30, messages: [{ role: 'user', content }] };
  return await rawExchange(`${provider.url}/chat/completions`, body, options);
}

function headOf(exchange: RawExchange): string {
  return exchange.text.slice(0, exchange.text.indexOf('\r\n\r\n'));
}

/** The body, its transfer coding removed. */
function bodyOf(exchange: RawExchange): string {
  let rest = exchange.bytes.subarray(exchange.bytes.indexOf('\r\n\r\n') + 4);
  if (!/transfer-encoding: chunked/i.test(headOf(exchange))) return rest.toString('utf8');
  const parts: Buffer[] = [];
  for (;;) {
    const lineEnd = rest.indexOf('\r\n');
    const size = Number.parseInt(rest.subarray(0, lineEnd).toString(), 16);
    if (!(size > 0)) return Buffer.concat(parts).toString('utf8');
    parts.push(rest.subarray(lineEnd + 2, lineEnd + 2 + size));
    rest = rest.subarray(lineEnd + 2 + size + 2);
  }
}

async function logOf(model: string): Promise<ProviderLogLine> {
  await expect.poll(() => log.some((line) => line.model === model)).toBe(true);
  const line = log.find((candidate) => candidate.model === model);
  if (line === undefined) throw new Error('not logged');
  return line;
}

test('every fault has a model in the preset', () => {
  expect(faultKinds.filter((kind) => !(`fault-${kind}` in presets.faults.models))).toEqual([]);
});

describe('answers that are refused', () => {
  test.each([400, 401, 404, 500, 503])('http %d, with a JSON error', async (status) => {
    const exchange = await ask(`fault-http-${status}`);
    expect(headOf(exchange)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(JSON.parse(bodyOf(exchange))).toHaveProperty('error.message');
    expect(await logOf(`fault-http-${status}`)).toMatchObject({ status, fault: 'http-error', outputTokens: 0 });
  });

  test('429: Retry-After in seconds, as a date, or not at all', async () => {
    expect(headOf(await ask('fault-rate-limited'))).toMatch(/^HTTP\/1\.1 429 .*\nretry-after: 1\r\n/is);
    const date = /retry-after: ([^\r]+)/i.exec(headOf(await ask('fault-rate-limited-date')))?.[1];
    expect(Number.isNaN(Date.parse(date ?? ''))).toBe(false);
    expect(headOf(await ask('fault-rate-limited-no-hint'))).not.toMatch(/retry-after/i);
  });

  test('a redirect', async () => {
    expect(headOf(await ask('fault-redirect'))).toMatch(/^HTTP\/1\.1 307 .*\nlocation: \/elsewhere\r\n/is);
  });

  test('a reset before any byte, and bytes that are not HTTP', async () => {
    expect(await ask('fault-reset')).toMatchObject({ text: '', ended: 'ECONNRESET' });
    expect(await ask('fault-not-http')).toMatchObject({ text: '220 This is no web server\r\n', ended: 'closed' });
    expect(await logOf('fault-reset')).toMatchObject({ status: null, abandoned: false });
  });
});

describe('answers that do not end', () => {
  test('a hang before the headers: not a byte', async () => {
    expect(await ask('fault-hang-before-headers', { waitMs: 150 })).toMatchObject({ text: '', ended: 'silence' });
    const line = await logOf('fault-hang-before-headers');
    expect(line).toMatchObject({ status: null, abandoned: true });
    expect((line.endAtMs ?? 0) - line.receivedAtMs).toBeGreaterThan(100);
  });

  test('a hang after the headers: no event', async () => {
    const exchange = await ask('fault-hang-after-headers', { waitMs: 150 });
    expect(exchange.ended).toBe('silence');
    expect(headOf(exchange)).toMatch(/^HTTP\/1\.1 200 /);
    expect(exchange.text).not.toContain('data:');
  });

  test('a stall: ten tokens, then silence', async () => {
    const exchange = await ask('fault-stall', { waitMs: 150 });
    expect(exchange.ended).toBe('silence');
    expect(readChatStream(bodyOf(exchange)).finishReason).toBeNull();
    expect(await logOf('fault-stall')).toMatchObject({ outputTokens: 10, abandoned: true, finishReason: null });
  });
});

describe('answers that are broken', () => {
  test.each([
    ['truncated-cut', 'closed', false],
    ['truncated-end', 'closed', true],
    ['reset-mid-stream', 'ECONNRESET', false],
  ])('%s: ten tokens, no finish, no [DONE]', async (kind, ended, wellFormed) => {
    const exchange = await ask(`fault-${kind}`);
    expect(exchange.ended).toBe(ended);
    expect(exchange.text.endsWith('0\r\n\r\n')).toBe(wellFormed);
    expect(exchange.text).not.toContain('[DONE]');
    expect(exchange.text).not.toContain('"finish_reason":"');
    expect(await logOf(`fault-${kind}`)).toMatchObject({ outputTokens: 10, finishReason: null });
  });

  test('an event that is not JSON, amid good ones', async () => {
    const body = bodyOf(await ask('fault-garbage-event'));
    const data = body.split('\n\n').filter((event) => event.startsWith('data: {'));
    const bad = data.filter((event) => {
      try {
        JSON.parse(event.slice(6));
        return false;
      } catch {
        return true;
      }
    });
    expect(bad).toHaveLength(1);
    expect(body).toContain('[DONE]');
  });

  test('an error event after 200', async () => {
    const exchange = await ask('fault-error-event');
    expect(headOf(exchange)).toMatch(/^HTTP\/1\.1 200 /);
    expect(bodyOf(exchange)).toContain('data: {"error":{"message":');
    expect(bodyOf(exchange)).not.toContain('"finish_reason":"');
  });

  test('an answer without output: a role, a finish, nothing between', async () => {
    const stream = readChatStream(bodyOf(await ask('fault-empty-output')));
    expect(stream).toMatchObject({ text: '', finishReason: 'stop', done: true });
    expect(stream.events).toHaveLength(2);
  });

  test('JSON instead of a stream, and a stream by another content type', async () => {
    const json = await ask('fault-json-instead-of-stream');
    expect(headOf(json)).toMatch(/content-type: application\/json/i);
    expect(JSON.parse(bodyOf(json))).toMatchObject({ object: 'chat.completion' });
    const other = await ask('fault-wrong-content-type');
    expect(headOf(other)).toMatch(/content-type: text\/html/i);
    expect(readChatStream(bodyOf(other)).finishReason).toBe('length');
  });

  test('a response without measure: it goes on as long as the client reads', async () => {
    const exchange = await ask('fault-huge-response', { waitMs: 1_000 });
    expect(exchange.ended).toBe('closed');
    expect(exchange.reads.reduce((sum, read) => sum + read.bytes.length, 0)).toBeGreaterThan(64 * 1024 * 1024);
  });
});

describe('answers that are odd but good', () => {
  const whole = async (model: string) => readChatStream(bodyOf(await ask(model)));

  test.each([
    'slow-tail',
    'comments',
    'crlf',
    'many-events-per-write',
    'split-event',
    'split-utf8',
    'usage-events',
    'close-delimited',
    'stale-keep-alive',
    'no-done',
  ])('%s: the answer is whole', async (kind) => {
    const stream = await whole(`fault-${kind}`);
    expect(stream).toMatchObject({ done: kind !== 'no-done' });
    expect(await logOf(`fault-${kind}`)).toMatchObject({ outputTokens: 30, finishReason: 'length', abandoned: false });
    expect(stream.text.length).toBeGreaterThan(40);
  });

  test('slow tail: the finish comes long after the last token', async () => {
    await ask('fault-slow-tail');
    const line = await logOf('fault-slow-tail');
    expect((line.endAtMs ?? 0) - (line.tokens.at(-1)?.[0] ?? 0)).toBeGreaterThan(450);
  });

  test('comments and line ends are on the wire', async () => {
    expect(bodyOf(await ask('fault-comments'))).toContain(': keep-alive\n\n');
    const crlf = bodyOf(await ask('fault-crlf'));
    expect(crlf).toContain('\r\n\r\n');
    expect(crlf.replaceAll('\r\n', '')).not.toContain('\n');
  });

  test('several events come in one read, or one event in several', async () => {
    const eventsIn = (bytes: Buffer) => bytes.toString('utf8').split('data: {').length - 1;
    const many = await ask('fault-many-events-per-write');
    expect(Math.max(...many.reads.map((read) => eventsIn(read.bytes)))).toBeGreaterThanOrEqual(5);
    const split = await ask('fault-split-event');
    const endAmidEvent = split.reads.filter((read) => !read.bytes.toString('utf8').endsWith('\n\n\r\n'));
    expect(endAmidEvent.length).toBeGreaterThan(5);
  });

  test('reads end amid a character', async () => {
    const exchange = await ask('fault-split-utf8');
    const broken = exchange.reads.filter((read) => read.bytes.toString('utf8').includes('\ufffd'));
    expect(broken.length).toBeGreaterThan(0);
    expect(readChatStream(bodyOf(exchange)).text).not.toContain('\ufffd');
  });

  test('usage in every event, in events without choices', async () => {
    const stream = await whole('fault-usage-events');
    expect(stream.events.filter((event) => event.choices.length === 0).length).toBeGreaterThan(20);
  });

  test('a body that ends with the connection, without transfer coding', async () => {
    const exchange = await ask('fault-close-delimited', { headers: '' });
    expect(headOf(exchange)).not.toMatch(/transfer-encoding|content-length/i);
    expect(exchange.ended).toBe('closed');
  });

  test('reasoning comes before the answer, and is counted in usage', async () => {
    const body = { model: 'fault-reasoning', stream: true, stream_options: { include_usage: true }, max_tokens: 30 };
    const exchange = await rawExchange(`${provider.url}/chat/completions`, {
      ...body,
      messages: [{ role: 'user', content }],
    });
    const stream = readChatStream(bodyOf(exchange));
    expect(stream.reasoning.length).toBeGreaterThan(10);
    expect(stream.text.length).toBeGreaterThan(10);
    expect(stream.usage).toMatchObject({ completion_tokens: 30 });
    expect(stream.usage?.['completion_tokens_details']).toHaveProperty('reasoning_tokens');
  });

  test('tool calls: arguments come piece by piece, and no text', async () => {
    const stream = await whole('fault-tool-calls');
    expect(stream).toMatchObject({ text: '', finishReason: 'tool_calls' });
    const calls = stream.events.flatMap((event) => event.choices[0]?.delta?.tool_calls ?? []);
    expect(calls.length).toBeGreaterThan(20);
  });
});
