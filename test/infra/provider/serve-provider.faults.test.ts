import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { presets } from '../../../infra/provider/config/presets.ts';
import { faultKinds } from '../../../infra/provider/config/provider-config.ts';
import type { ProviderLogLine } from '../../../infra/provider/log/request-log.ts';
import { type Provider, serveProvider } from '../../../infra/provider/serve-provider.ts';
import { type RawExchange, rawExchange } from '../../support/factories/raw-exchange.ts';
import { readChatStream } from '../../support/servers/chat-stream.ts';

const log: ProviderLogLine[] = [];
let provider: Provider;

beforeAll(async () => {
  provider = await serveProvider({ models: presets.faults }, (line) => log.push(line));
});
afterAll(() => provider.close());

const content = 'Tell me of the sea.';

async function ask(model: string, options: Parameters<typeof rawExchange>[2] = {}): Promise<RawExchange> {
  const body = { model, stream: true, max_tokens: 30, messages: [{ role: 'user', content }] };
  return await rawExchange(`${provider.url}/chat/completions`, body, options);
}

function readHead(exchange: RawExchange): string {
  return exchange.text.slice(0, exchange.text.indexOf('\r\n\r\n'));
}

/** Returns the body without its transfer coding. */
function readBody(exchange: RawExchange): string {
  let rest = exchange.bytes.subarray(exchange.bytes.indexOf('\r\n\r\n') + 4);
  if (!/transfer-encoding: chunked/i.test(readHead(exchange))) return rest.toString('utf8');
  const parts: Buffer[] = [];
  for (;;) {
    const lineEnd = rest.indexOf('\r\n');
    const size = Number.parseInt(rest.subarray(0, lineEnd).toString(), 16);
    if (!(size > 0)) return Buffer.concat(parts).toString('utf8');
    parts.push(rest.subarray(lineEnd + 2, lineEnd + 2 + size));
    rest = rest.subarray(lineEnd + 2 + size + 2);
  }
}

async function readLog(model: string): Promise<ProviderLogLine> {
  await expect.poll(() => log.some((line) => line.model === model)).toBe(true);
  const line = log.find((candidate) => candidate.model === model);
  if (line === undefined) throw new Error('The request was not logged.');
  return line;
}

test('each fault has a model in the preset', () => {
  expect(faultKinds.filter((kind) => !(`fault-${kind}` in presets.faults))).toEqual([]);
});

describe('refused requests', () => {
  test.each([400, 401, 404, 500, 503])('HTTP %d has a JSON error', async (status) => {
    const exchange = await ask(`fault-http-${status}`);
    expect(readHead(exchange)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(JSON.parse(readBody(exchange))).toHaveProperty('error.message');
    expect(await readLog(`fault-http-${status}`)).toMatchObject({ status, fault: 'http-error', outputTokens: 0 });
  });

  test('429 has Retry-After in seconds, as a date, or not at all', async () => {
    expect(readHead(await ask('fault-rate-limited'))).toMatch(/^HTTP\/1\.1 429 .*\nretry-after: 1\r\n/is);
    const date = /retry-after: ([^\r]+)/i.exec(readHead(await ask('fault-rate-limited-date')))?.[1];
    expect(Number.isNaN(Date.parse(date ?? ''))).toBe(false);
    expect(readHead(await ask('fault-rate-limited-no-hint'))).not.toMatch(/retry-after/i);
  });

  test('a redirect has a Location header', async () => {
    expect(readHead(await ask('fault-redirect'))).toMatch(/^HTTP\/1\.1 307 .*\nlocation: \/elsewhere\r\n/is);
  });

  test('the connection is reset before any byte, or receives bytes that are not HTTP', async () => {
    expect(await ask('fault-reset')).toMatchObject({ text: '', ended: 'ECONNRESET' });
    expect(await ask('fault-not-http')).toMatchObject({ text: '220 This is not a web server\r\n', ended: 'closed' });
    expect(await readLog('fault-reset')).toMatchObject({ status: null, abandoned: false });
  });
});

describe('answers without an end', () => {
  test('a hang before the headers sends no byte', async () => {
    expect(await ask('fault-hang-before-headers', { waitMs: 150 })).toMatchObject({ text: '', ended: 'silence' });
    const line = await readLog('fault-hang-before-headers');
    expect(line).toMatchObject({ status: null, abandoned: true });
    expect((line.endAtMs ?? 0) - line.receivedAtMs).toBeGreaterThan(100);
  });

  test('a hang after the headers sends no event', async () => {
    const exchange = await ask('fault-hang-after-headers', { waitMs: 150 });
    expect(exchange.ended).toBe('silence');
    expect(readHead(exchange)).toMatch(/^HTTP\/1\.1 200 /);
    expect(exchange.text).not.toContain('data:');
  });

  test('a stall sends ten tokens, then nothing', async () => {
    const exchange = await ask('fault-stall', { waitMs: 150 });
    expect(exchange.ended).toBe('silence');
    expect(readChatStream(readBody(exchange)).finishReason).toBeNull();
    expect(await readLog('fault-stall')).toMatchObject({ outputTokens: 10, abandoned: true, finishReason: null });
  });
});

describe('broken answers', () => {
  test.each([
    ['truncated-cut', 'closed', false],
    ['truncated-end', 'closed', true],
    ['reset-mid-stream', 'ECONNRESET', false],
  ])('%s sends ten tokens, no finish, and no [DONE]', async (kind, ended, wellFormed) => {
    const exchange = await ask(`fault-${kind}`);
    expect(exchange.ended).toBe(ended);
    expect(exchange.text.endsWith('0\r\n\r\n')).toBe(wellFormed);
    expect(exchange.text).not.toContain('[DONE]');
    expect(exchange.text).not.toContain('"finish_reason":"');
    expect(await readLog(`fault-${kind}`)).toMatchObject({ outputTokens: 10, finishReason: null });
  });

  test('one event is not JSON', async () => {
    const body = readBody(await ask('fault-garbage-event'));
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

  test('an error event follows status 200', async () => {
    const exchange = await ask('fault-error-event');
    expect(readHead(exchange)).toMatch(/^HTTP\/1\.1 200 /);
    expect(readBody(exchange)).toContain('data: {"error":{"message":');
    expect(readBody(exchange)).not.toContain('"finish_reason":"');
  });

  test('an answer without output has only a role and a finish', async () => {
    const stream = readChatStream(readBody(await ask('fault-empty-output')));
    expect(stream).toMatchObject({ text: '', finishReason: 'stop', done: true });
    expect(stream.events).toHaveLength(2);
  });

  test('the answer is JSON instead of a stream, or has a wrong content type', async () => {
    const json = await ask('fault-json-instead-of-stream');
    expect(readHead(json)).toMatch(/content-type: application\/json/i);
    expect(JSON.parse(readBody(json))).toMatchObject({ object: 'chat.completion' });
    const other = await ask('fault-wrong-content-type');
    expect(readHead(other)).toMatch(/content-type: text\/html/i);
    expect(readChatStream(readBody(other)).finishReason).toBe('length');
  });

  test('a huge response continues while the client reads', async () => {
    const exchange = await ask('fault-huge-response', { waitMs: 1_000 });
    expect(exchange.ended).toBe('closed');
    expect(exchange.reads.reduce((sum, read) => sum + read.bytes.length, 0)).toBeGreaterThan(64 * 1024 * 1024);
  });
});

describe('odd but complete answers', () => {
  const whole = async (model: string) => readChatStream(readBody(await ask(model)));

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
  ])('%s leaves the answer complete', async (kind) => {
    const stream = await whole(`fault-${kind}`);
    expect(stream).toMatchObject({ done: kind !== 'no-done' });
    expect(await readLog(`fault-${kind}`)).toMatchObject({
      outputTokens: 30,
      finishReason: 'length',
      abandoned: false,
    });
    expect(stream.text.length).toBeGreaterThan(40);
  });

  test('a slow tail delays the finish after the last token', async () => {
    await ask('fault-slow-tail');
    const line = await readLog('fault-slow-tail');
    expect((line.endAtMs ?? 0) - (line.tokens.at(-1)?.[0] ?? 0)).toBeGreaterThan(450);
  });

  test('comments and CRLF line ends are sent', async () => {
    expect(readBody(await ask('fault-comments'))).toContain(': keep-alive\n\n');
    const crlf = readBody(await ask('fault-crlf'));
    expect(crlf).toContain('\r\n\r\n');
    expect(crlf.replaceAll('\r\n', '')).not.toContain('\n');
  });

  test('one read has several events, or one event spans several reads', async () => {
    const eventsIn = (bytes: Buffer) => bytes.toString('utf8').split('data: {').length - 1;
    const many = await ask('fault-many-events-per-write');
    expect(Math.max(...many.reads.map((read) => eventsIn(read.bytes)))).toBeGreaterThanOrEqual(5);
    const split = await ask('fault-split-event');
    const endAmidEvent = split.reads.filter((read) => !read.bytes.toString('utf8').endsWith('\n\n\r\n'));
    expect(endAmidEvent.length).toBeGreaterThan(5);
  });

  test('reads end within a character', async () => {
    const exchange = await ask('fault-split-utf8');
    const broken = exchange.reads.filter((read) => read.bytes.toString('utf8').includes('\ufffd'));
    expect(broken.length).toBeGreaterThan(0);
    expect(readChatStream(readBody(exchange)).text).not.toContain('\ufffd');
  });

  test('usage events without choices follow each event', async () => {
    const stream = await whole('fault-usage-events');
    expect(stream.events.filter((event) => event.choices.length === 0).length).toBeGreaterThan(20);
  });

  test('a body without transfer coding ends with the connection', async () => {
    const exchange = await ask('fault-close-delimited', { headers: '' });
    expect(readHead(exchange)).not.toMatch(/transfer-encoding|content-length/i);
    expect(exchange.ended).toBe('closed');
  });

  test('reasoning precedes the answer and counts in usage', async () => {
    const body = { model: 'fault-reasoning', stream: true, stream_options: { include_usage: true }, max_tokens: 30 };
    const exchange = await rawExchange(`${provider.url}/chat/completions`, {
      ...body,
      messages: [{ role: 'user', content }],
    });
    const stream = readChatStream(readBody(exchange));
    expect(stream.reasoning.length).toBeGreaterThan(10);
    expect(stream.text.length).toBeGreaterThan(10);
    expect(stream.usage).toMatchObject({ completion_tokens: 30 });
    expect(stream.usage?.['completion_tokens_details']).toHaveProperty('reasoning_tokens');
  });

  test('a tool call sends its arguments in pieces and no text', async () => {
    const stream = await whole('fault-tool-calls');
    expect(stream).toMatchObject({ text: '', finishReason: 'tool_calls' });
    const calls = stream.events.flatMap((event) => event.choices[0]?.delta?.tool_calls ?? []);
    expect(calls.length).toBeGreaterThan(20);
  });
});
