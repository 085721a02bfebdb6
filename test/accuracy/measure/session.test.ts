import { afterEach, describe, expect, test } from 'vitest';
import { AnswerReading } from '../../../shared/measure/answer-reading.ts';
import type { Interpretation } from '../../../shared/measure/interpret-exchange.ts';
import { createAnswerLimits } from '../../../shared/measure/read-answer.ts';
import { runAtOnce } from '../../../shared/time-slices.ts';
import { getDialect } from '../../support/factories/get-dialect.ts';
import { interpretExchange } from '../../support/factories/make-exchange.ts';
import { countBy, measure, prepared, startPhase } from '../../support/factories/run-phase.ts';
import {
  answer,
  chunked,
  close,
  done,
  finish,
  json,
  lastChunk,
  role,
  streamHead,
  text,
  wait,
  write,
} from '../../support/servers/scripted-responses.ts';
import { closedLoop, closeSessions, openFor, serve } from './serve-session.ts';

afterEach(closeSessions);

describe('requests', () => {
  test('carry the body, the endpoint’s headers and the instrument’s own', async () => {
    const server = await serve(() => answer('Hi'));
    await measure(server.url, 1, closedLoop(1), {
      headers: { authorization: 'Bearer sk-1', 'x-team': 'a', Accept: 'text/plain' },
      requests: prepared(1, '{"model":"größe"}'),
    });
    const [request] = server.requests;
    expect(Buffer.from(request?.body ?? '', 'latin1').toString()).toBe('{"model":"größe"}');
    const lines = request?.head.split('\r\n');
    expect(lines?.[0]).toBe('POST /v1/chat/completions HTTP/1.1');
    expect(lines).toEqual(
      expect.arrayContaining([
        'authorization: Bearer sk-1',
        'x-team: a',
        'accept: text/event-stream',
        'accept-encoding: identity',
        'content-type: application/json',
        expect.stringMatching(/^user-agent: tokenmeter\/\d+\.\d+\.\d+$/),
      ]),
    );
    expect(lines?.filter((line) => line.startsWith('accept:'))).toHaveLength(1);
  });

  test('keep selected response headers, in lower case', async () => {
    const headers = { 'X-Request-Id': 'r1', 'Retry-After': '3', 'X-RateLimit-Remaining': '0', 'Set-Cookie': 'a=b' };
    const server = await serve(() => [write(json('429 Too Many Requests', {}, headers))]);
    const { exchanges, read } = await measure(server.url, 1, closedLoop(1));
    expect(exchanges[0]?.headers).toEqual({
      'content-type': 'application/json',
      'x-request-id': 'r1',
      'retry-after': '3',
      'x-ratelimit-remaining': '0',
    });
    expect(read[0]?.retryAfterMs).toBe(3_000);
  });
});

describe('connections', () => {
  test('open before the load starts, one per stream, and are reused by every later request', async () => {
    const server = await serve(() => answer('Hi'));
    const { exchanges, note } = await measure(server.url, 40, closedLoop(8));
    expect(server.counts.accepted).toBe(8);
    const fresh = exchanges.filter(({ connection }) => connection?.reused === false);
    expect(fresh).toHaveLength(8);
    for (const { connection } of fresh) expect(connection?.connectMs).toBeGreaterThan(0);
    // No request waited for a connection.
    expect(exchanges.every(({ openingMs }) => openingMs === 0)).toBe(true);
    const reused = { reused: true, dnsMs: null, connectMs: null, tlsMs: null };
    for (const exchange of exchanges) if (!fresh.includes(exchange)) expect(exchange.connection).toEqual(reused);
    for (const { startMs, dueMs } of exchanges) {
      expect(dueMs).toBe(startMs);
      expect(startMs).toBeGreaterThanOrEqual(note.startMs);
    }
  });

  test('stay open from the warm-up to the load', async () => {
    const server = await serve(() => answer('Hi'));
    const session = await openFor(server);
    await startPhase(session, 4, closedLoop(4)).done;
    const load = startPhase(session, 20, closedLoop(4));
    await load.done;
    expect(server.counts.accepted).toBe(4);
    expect(load.exchanges.every(({ connection }) => connection?.reused === true)).toBe(true);
  });

  test('`fresh` opens one per request, tells the server, and records its phases', async () => {
    const server = await serve(() => answer('Hi'));
    const { exchanges, read } = await measure(server.url, 12, closedLoop(3), { connection: 'fresh' });
    expect(countBy(read, ({ outcome }) => outcome)).toEqual({ ok: 12 });
    expect(server.counts.accepted).toBe(12);
    for (const { head } of server.requests) expect(head).toMatch(/^connection: close$/m);
    for (const { connection } of exchanges) {
      expect(connection?.reused).toBe(false);
      expect(connection?.connectMs).toBeGreaterThan(0);
    }
  });

  test('one that the server closed while idle is replaced, and nothing is sent twice', async () => {
    const server = await serve(() => [...answer('Hi'), close]);
    const { read, exchanges } = await measure(server.url, 5, { mode: 'rounds', concurrency: 1, minPeriodMs: 30 });
    expect(countBy(read, ({ outcome }) => outcome)).toEqual({ ok: 5 });
    expect(server.requests).toHaveLength(5);
    expect(exchanges.every(({ connection }) => connection?.reused === false)).toBe(true);
  });

  test('one that was answered before the request was fully sent is not reused', async () => {
    const server = await serve(
      () => [],
      (socket) => {
        socket.once('data', () => {
          socket.pause();
          socket.write(json('413 Content Too Large', { error: { message: 'too long' } }));
        });
      },
    );
    const requests = prepared(2, 'x'.repeat(12 * 1_024 * 1_024));
    const { read, exchanges } = await measure(server.url, 2, closedLoop(1), { requests });
    expect(countBy(read, ({ outcome }) => outcome)).toEqual({ http_4xx: 2 });
    expect(exchanges.map(({ connection, sentMs }) => ({ reused: connection?.reused, sentMs }))).toEqual([
      { reused: false, sentMs: null },
      { reused: false, sentMs: null },
    ]);
    expect(server.counts.accepted).toBe(2);
  });

  test('one that the server closes as the next request arrives costs a second sending, never a failure', async () => {
    const perConnection = new Map<number, number>();
    const server = await serve(({ connection }) => {
      const nth = (perConnection.get(connection) ?? 0) + 1;
      perConnection.set(connection, nth);
      return nth === 1 ? answer('Hi') : [close];
    });
    const { read, exchanges } = await measure(server.url, 6, closedLoop(1));
    expect(countBy(read, ({ outcome }) => outcome)).toEqual({ ok: 6 });
    expect(read[1]?.notes).toContain('sent_again: ');
    const again = exchanges.filter(({ firstStartMs }) => firstStartMs !== null);
    for (const { firstStartMs, startMs, connection } of again) {
      expect(startMs).toBeGreaterThan(firstStartMs ?? Number.POSITIVE_INFINITY);
      expect(connection?.reused).toBe(false);
    }
    // After two such connections, no connection is reused.
    expect(again).toHaveLength(2);
    expect(server.requests).toHaveLength(8);
    expect(read[5]?.notes).toContain('reuse_stopped: ');
  });

  test('one that the server closes at the first request fails that request, without a second sending', async () => {
    const server = await serve(() => [close]);
    const { read } = await measure(server.url, 2, closedLoop(1));
    expect(countBy(read, ({ outcome }) => outcome)).toEqual({ truncated: 2 });
    expect(server.requests).toHaveLength(2);
  });
});

describe('a response that stays open after its answer', () => {
  const lingering = [write(streamHead), ...[role, text('Hi'), finish].map((part) => write(chunked(part)))];

  test('gives its stream to the next request soon after the end marker, and is drained apart', async () => {
    const server = await serve(({ number }) => [
      ...lingering,
      write(chunked(done)),
      wait(number % 2 === 0 ? 80 : 60_000),
      write(lastChunk),
    ]);
    const { read, exchanges } = await measure(server.url, 12, closedLoop(1));
    expect(countBy(read, ({ outcome }) => outcome)).toEqual({ ok: 12 });
    for (const { endMs, startMs } of exchanges) expect((endMs ?? 0) - (startMs ?? 0)).toBeLessThan(5_000);
    for (const { notes } of read) expect(notes).toMatch(/^late_close: still open \d+ ms after its end marker$/);
    // A connection whose response ended in time is used again.
    expect(exchanges.some(({ connection }) => connection?.reused === true)).toBe(true);
  });

  test('ends after a second of silence if only a finish reason came', async () => {
    const server = await serve(() => [...lingering, wait(60_000)]);
    const { read } = await measure(server.url, 1, closedLoop(1));
    expect(read[0]).toMatchObject({ outcome: 'ok', finishReason: 'stop' });
    expect(read[0]?.notes).toContain('after its finish reason');
  });

  test('is not cut because its text names the end marker', async () => {
    const server = await serve(() => [
      write(streamHead + chunked(role + text('[DONE] data: [DONE]'))),
      wait(80),
      write(chunked(text(' and more') + finish + done) + lastChunk),
    ]);
    const { read } = await measure(server.url, 1, closedLoop(1));
    expect(read[0]).toMatchObject({ outcome: 'ok', answerText: '[DONE] data: [DONE] and more', notes: null });
  });
});

describe('a redirect', () => {
  const moved = (location: string, status = '307 Temporary Redirect') => [
    write(json(status, { detail: 'moved' }, { location })),
  ];
  const isFinal = (head: string) => head.startsWith('POST /v2/chat/ ');

  test('within the origin is followed on request, and later requests go to its target at once', async () => {
    const server = await serve(({ head }) => (isFinal(head) ? answer('Hi') : moved('/v2/chat/')));
    const { read, exchanges } = await measure(server.url, 4, closedLoop(1), { followsRedirects: true });
    expect(countBy(read, ({ outcome }) => outcome)).toEqual({ ok: 4 });
    expect(server.requests).toHaveLength(5);
    expect(read.map(({ notes }) => notes)).toEqual(['redirected: /v2/chat/', null, null, null]);
    const [first] = exchanges;
    expect(first?.startMs).toBeGreaterThan(first?.firstStartMs ?? Number.POSITIVE_INFINITY);
    expect(first?.dueMs).toBe(first?.startMs);
  });

  test.each<[string, string, string | undefined, boolean]>([
    ['that was not requested', '/v2/chat/', undefined, false],
    ['to another origin', 'http://127.0.0.1:9/v2', undefined, true],
    ['with another method', '/v2/chat/', '303 See Other', true],
    ['in a loop', '/v1/chat/completions', undefined, true],
  ])('%s is not followed', async (_what, location, status, followsRedirects) => {
    const server = await serve(() => moved(location, status));
    const { read } = await measure(server.url, 1, closedLoop(1), { followsRedirects });
    expect(read[0]).toMatchObject({ outcome: 'bad_stream' });
    expect(read[0]?.error?.message).toContain(`a redirect to ${location}`);
    expect(server.requests.length).toBeLessThanOrEqual(4);
  });
});

describe('a long response', () => {
  const words = text(`word ${'x'.repeat(300)}`);
  const tokens = 6_000;
  const long = () => [
    write(streamHead + chunked(role)),
    ...Array.from({ length: tokens / 100 }, () => write(chunked(words.repeat(100)))),
    write(chunked(finish + done) + lastChunk),
  ];

  test('comes in parts, each with the instants of its reads, so that no record is large', async () => {
    const server = await serve(long);
    const session = await openFor(server);
    const readings = new Map<number, AnswerReading>();
    const results: Interpretation[] = [];
    const limits = createAnswerLimits(268_435_456);
    const chat = getDialect('openai-chat');
    const phase = session.run(
      { load: closedLoop(4), count: 8, requests: prepared(8), startAtMs: null, lastStartAtMs: null },
      (exchange) => {
        expect(exchange.bytes.length).toBeLessThan(700_000);
        const reading = readings.get(exchange.index);
        results.push(interpretExchange(exchange, chat, { secrets: [], limits, ...(reading && { reading }) }));
      },
      async (part) => {
        const reading = readings.get(part.index) ?? new AnswerReading(chat, limits);
        readings.set(part.index, reading);
        runAtOnce(reading.feed(part));
      },
    );
    await phase.done;
    expect(readings.size).toBe(8);
    for (const result of results) {
      expect(result).toMatchObject({ outcome: 'ok', outputEvents: tokens, finishReason: 'stop' });
      expect(result.outputEventsMs).toEqual(result.outputEventsMs.toSorted((a, b) => a - b));
    }
  });

  test('is joined for a caller that takes whole responses', async () => {
    const server = await serve(long);
    const { read } = await measure(server.url, 2, closedLoop(2));
    for (const result of read) expect(result).toMatchObject({ outcome: 'ok', outputEvents: tokens });
  });
});
