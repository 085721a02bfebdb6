import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Exchange, ExchangeFailureKind } from '../../../shared/measure/instrument.ts';
import type { Outcome } from '../../../shared/sample/outcome.ts';
import { getDialect } from '../../support/factories/get-dialect.ts';
import { interpretExchange, makeExchange } from '../../support/factories/make-exchange.ts';
import { done, event, finish, reasoning, role, text, usage } from '../../support/servers/scripted-responses.ts';

const chat = getDialect('openai-chat');
const interpret = (exchange: Exchange, secrets: string[] = []) => interpretExchange(exchange, chat, { secrets });
const failed = (kind: ExchangeFailureKind): Partial<Exchange> => ({ failure: { kind, message: `because of ${kind}` } });
const json = { 'content-type': 'application/json' };
const errorEvent = event({ error: { message: 'overloaded', code: 'busy' } });
const notSent: Partial<Exchange> = { startMs: null, httpStatus: null, headersMs: null, headers: {} };

describe('a good answer', () => {
  test('has the timestamps of its output events, its texts, usage and finish reason', () => {
    const parts = [role, reasoning('thinking'), text('7,065'), text(' lines'), finish, usage, done];
    expect(interpret(makeExchange(parts))).toEqual({
      outcome: 'ok',
      firstReadMs: 100,
      firstOutputMs: 110,
      firstAnswerMs: 120,
      lastOutputMs: 130,
      outputEventsMs: [110, 120, 130],
      answerText: '7,065 lines',
      reasoningText: 'thinking',
      outputText: 'thinking7,065 lines',
      usage: { inputTokens: 12, outputTokens: 3, cachedTokens: null, reasoningTokens: null },
      finishReason: 'stop',
      notes: null,
      error: null,
      retryAfterMs: null,
      outputEvents: 3,
      reads: 7,
      bytes: Buffer.byteLength(parts.join('')),
    });
  });

  test('with only tool calls has output and no answer text', () => {
    const call = event({ choices: [{ delta: { tool_calls: [{ function: { arguments: '{}' } }] } }] });
    const read = interpret(makeExchange([call, finish, done]));
    expect(read).toMatchObject({
      outcome: 'ok',
      firstOutputMs: 100,
      firstAnswerMs: null,
      outputText: '{}',
      answerText: '',
    });
  });

  test.each<[string, string[], Partial<Exchange>]>([
    ['no end marker', [text('a'), finish], {}],
    ['no finish reason', [text('a'), done], {}],
    ['no blank line after the end marker', [text('a'), 'data: [DONE]'], {}],
    ['no content type', [text('a'), finish, done], { headers: {} }],
    ['output of one read', [role + text('a') + text('b') + finish + done], {}],
    ['a connection that broke after the end', [text('a'), finish, done], failed('broken')],
    ['a connection that was never closed', [text('a'), finish, done], failed('stalled')],
    ['a deadline that passed after the end', [text('a'), done], failed('timeout_total')],
    ['bytes after the end marker', [text('a'), finish, done, 'data: rubbish\n\n'], {}],
  ])('is ok with %s', (_what, parts, set) => {
    expect(interpret(makeExchange(parts, set))).toMatchObject({ outcome: 'ok', error: null });
  });
});

/** Failures with their outcome and error code, in the precedence of `judgeExchange`. */
const failures: [string, string[], Partial<Exchange>, Outcome, string | null][] = [
  [
    '429',
    ['{"error":{"message":"slow down","code":"rate"}}'],
    { httpStatus: 429, headers: json },
    'rate_limited',
    'rate',
  ],
  ['404', ['{"error":{"message":"no model","type":"nf"}}'], { httpStatus: 404, headers: json }, 'http_4xx', 'nf'],
  ['503 without a body', [], { httpStatus: 503 }, 'http_5xx', 'http_503'],
  ['500 whose body breaks', ['{"err'], { httpStatus: 500, ...failed('broken') }, 'http_5xx', 'http_500'],
  ['500 whose body never ends', ['x'], { httpStatus: 500, ...failed('timeout_total') }, 'http_5xx', 'http_500'],
  ['429 while we abort', [''], { httpStatus: 429, ...failed('aborted') }, 'rate_limited', 'http_429'],
  ['500 with a good stream', [text('a'), finish, done], { httpStatus: 500 }, 'http_5xx', 'http_500'],
  ['a redirect', [], { httpStatus: 307 }, 'bad_stream', 'http_307'],
  ['an error event', [role, errorEvent], {}, 'stream_error', 'busy'],
  ['an error event after output', [text('a'), errorEvent, done], {}, 'stream_error', 'busy'],
  ['an error event, then a break', [text('a'), errorEvent], failed('broken'), 'stream_error', 'busy'],
  ['an error event, then our abort', [text('a'), errorEvent], failed('aborted'), 'stream_error', 'busy'],
  ['rubbish and an error event', ['data: x\n\n', errorEvent], {}, 'stream_error', 'busy'],
  ['a JSON error with status 200', ['{"error":"no capacity"}'], { headers: json }, 'stream_error', null],
  ['our abort', [text('a')], failed('aborted'), 'canceled', 'aborted'],
  ['our abort before any response', [], { ...notSent, ...failed('aborted') }, 'canceled', 'aborted'],
  ['no first token', [role], failed('timeout_first_token'), 'timeout_first_token', 'timeout_first_token'],
  ['the total deadline', [text('a')], failed('timeout_total'), 'timeout_total', 'timeout_total'],
  ['a stall', [text('a')], failed('stalled'), 'stalled', 'stalled'],
  ['a stall after rubbish', ['data: x\n\n', text('a')], failed('stalled'), 'stalled', 'stalled'],
  ['too large a response', [text('a')], failed('too_large'), 'too_large', 'too_large'],
  ['an unknown name', [], { ...notSent, ...failed('dns') }, 'dns', 'dns'],
  ['a refused connection', [], { ...notSent, ...failed('connect') }, 'connect', 'connect'],
  ['a failed handshake', [], { ...notSent, ...failed('tls') }, 'tls', 'tls'],
  ['no room to send', [], { ...notSent, ...failed('max_concurrency') }, 'not_sent', 'max_concurrency'],
  ['a response that is not HTTP', [], { ...notSent, ...failed('not_http') }, 'bad_stream', 'not_http'],
  ['a break before the response', [], { ...notSent, ...failed('broken') }, 'truncated', 'broken'],
  ['a break in the middle', [role, text('a')], failed('broken'), 'truncated', 'broken'],
  ['a break in the middle of an event', [text('a'), 'data: {"choi'], failed('broken'), 'truncated', 'broken'],
  ['an end without a finish', [text('a')], {}, 'truncated', 'no_finish'],
  ['an end in the middle of an event', [text('a'), 'data: {"choi'], {}, 'truncated', 'no_finish'],
  ['an empty body', [], {}, 'truncated', 'no_finish'],
  ['comments only', [': ping\n\n'], {}, 'truncated', 'no_finish'],
  ['rubbish in an event', [text('a'), 'data: {"choi\n\n', text('b')], {}, 'bad_stream', 'malformed_event'],
  ['rubbish in an event, then a break', ['data: {"choi\n\n'], failed('broken'), 'bad_stream', 'malformed_event'],
  ['rubbish within a complete answer', [text('a'), 'data: x\n\n', finish, done], {}, 'bad_stream', 'malformed_event'],
  ['rubbish and no output', ['data: x\n\n', finish, done], {}, 'bad_stream', 'malformed_event'],
  [
    'a page of HTML',
    ['<html>Hi</html>'],
    { headers: { 'content-type': 'text/html' } },
    'bad_stream',
    'not_event_stream',
  ],
  [
    'a compressed event stream',
    ['\u001f\u008b\b\0 gibberish'],
    { headers: { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' } },
    'bad_stream',
    'compressed',
  ],
  [
    'a compressed event stream that breaks',
    ['\u001f\u008b\b\0'],
    { headers: { 'content-type': 'text/event-stream', 'content-encoding': 'br' }, ...failed('broken') },
    'bad_stream',
    'compressed',
  ],
  ['JSON of no known kind', ['{"ok":true}'], { headers: json }, 'bad_stream', 'not_event_stream'],
  ['a finish without output', [role, finish, done], {}, 'empty_output', 'empty_output'],
  ['only the end marker', [done], {}, 'empty_output', 'empty_output'],
];

describe('outcomes of failures', () => {
  test.each(failures)('%s', (_what, parts, set, outcome, code) => {
    const read = interpret(makeExchange(parts, set));
    expect(read.outcome).toBe(outcome);
    expect(read.error?.code).toBe(code);
    expect(read.error?.message).toBeTruthy();
  });

  test('splitting the body into reads at any byte changes neither outcome nor text', () => {
    for (const [what, parts, set, outcome] of failures) {
      const bytes = Buffer.from(parts.join(''));
      const whole = interpret(makeExchange([bytes], set));
      expect(whole.outcome, what).toBe(outcome);
      for (let cut = 1; cut < bytes.length; cut++) {
        const split = interpret(makeExchange([bytes.subarray(0, cut), bytes.subarray(cut)], set));
        expect([split.outcome, split.error, split.outputText, split.usage], `${what}, cut at ${cut}`).toEqual([
          whole.outcome,
          whole.error,
          whole.outputText,
          whole.usage,
        ]);
      }
    }
  });

  test('a failed request keeps the timestamps of what arrived before the failure', () => {
    const read = interpret(makeExchange([role, text('a'), text('b')], failed('broken')));
    expect(read).toMatchObject({ firstReadMs: 100, firstOutputMs: 110, lastOutputMs: 120, outputText: 'ab' });
  });

  test('a refusal has no output, regardless of its body', () => {
    const read = interpret(makeExchange([text('a'), finish, done], { httpStatus: 400 }));
    expect(read).toMatchObject({ outcome: 'http_4xx', firstOutputMs: null, outputEvents: 0, outputText: '', reads: 3 });
  });

  test('a JSON answer in place of a stream is ok, at the time of its last byte, and says that it was not streamed', () => {
    const body = '{"choices":[{"message":{"content":"a"}}],"usage":{"prompt_tokens":5,"completion_tokens":1}}';
    const read = interpret(makeExchange([body.slice(0, 9), body.slice(9)], { headers: json }));
    expect(read).toMatchObject({ outcome: 'ok', firstOutputMs: 110, lastOutputMs: 110, answerText: 'a' });
    expect(read.usage).toMatchObject({ inputTokens: 5, outputTokens: 1 });
    expect(read.notes).toMatch(/^not_streamed: /);
  });

  test('for any bytes, the error is null exactly if the outcome is ok, and its message is bounded', () => {
    const part = fc.oneof(fc.constantFrom(role, text('a'), finish, done, errorEvent, usage), fc.string(), fc.json());
    const status = fc.constantFrom(200, 204, 301, 400, 429, 500);
    fc.assert(
      fc.property(fc.array(part), status, (parts, httpStatus) => {
        const read = interpret(makeExchange(parts, { httpStatus }));
        expect(read.error === null).toBe(read.outcome === 'ok');
        expect(read.error?.message.length ?? 0).toBeLessThanOrEqual(300);
      }),
    );
  });
});

describe('error messages', () => {
  const key = 'sk-a"b/c+d';
  test.each([
    ['as it is', `bad key ${key}!`],
    ['in a JSON message', JSON.stringify({ error: { message: `bad key ${key}`, code: key } })],
    ['in JSON within text', `echo ${JSON.stringify({ authorization: `Bearer ${key}` })}`],
    ['in a URL', `GET /?key=${encodeURIComponent(key)}`],
    ['in base64', `auth ${btoa(key)}`],
    ['at the cut', `${'x'.repeat(295)}${key}`],
    ['far inside', `${'x'.repeat(5_000)}${key}`],
  ])('never carry the key, %s', (_where, body) => {
    const read = interpret(makeExchange([body], { httpStatus: 401 }), [key]);
    const said = JSON.stringify(read.error);
    for (const form of [key, JSON.stringify(key).slice(1, -1), encodeURIComponent(key), btoa(key), 'sk-a'])
      expect(said).not.toContain(form);
  });

  test('name the compression of a body and do not quote it', () => {
    const headers = { 'content-encoding': 'GZip' };
    const read = interpret(makeExchange(['\u001f\u008b rubbish'], { httpStatus: 403, headers }));
    expect(read.error?.message).toBe(
      'HTTP 403: the error body is compressed (content-encoding gzip) and cannot be read',
    );
  });

  test('are one line, and use the title of an HTML page', () => {
    const page = '<html><head><title>502 Bad\nGateway</title></head><body>nginx</body></html>';
    const read = interpret(makeExchange([page], { httpStatus: 502 }));
    expect(read.error).toEqual({ code: 'http_502', message: 'HTTP 502: 502 Bad Gateway' });
  });

  test('have no title if a large body only begins titles', () => {
    const read = interpret(makeExchange(['<title'.repeat(400_000)], { httpStatus: 502 }));
    expect(read.error?.code).toBe('http_502');
  });

  test.each([
    [{ detail: 'Not authenticated' }, 'HTTP 401: Not authenticated'],
    [{ detail: [{ loc: ['body'], msg: 'missing' }] }, 'HTTP 401: [{"loc":["body"],"msg":"missing"}]'],
    [{ message: 'Unauthorized' }, 'HTTP 401: Unauthorized'],
  ])('are found in %j', (body, message) => {
    expect(interpret(makeExchange([JSON.stringify(body)], { httpStatus: 401 })).error?.message).toBe(message);
  });
});

describe('retryAfterMs', () => {
  const date = 'Fri, 01 Dec 2023 10:00:00 GMT';
  test.each([
    [{ 'retry-after': '30' }, 30_000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': '30', 'retry-after-ms': '1234.5' }, 1_235],
    [{ 'retry-after': 'Fri, 01 Dec 2023 10:01:30 GMT', date }, 90_000],
    [{ 'retry-after': 'Fri, 01 Dec 2023 09:00:00 GMT', date }, 0],
    [{ 'retry-after': 'Fri, 01 Dec 2023 10:01:30 GMT' }, null],
    [{ 'retry-after': 'soon', date }, null],
    [{}, null],
  ])('of %j is %s', (headers: Record<string, string>, expected) => {
    expect(interpret(makeExchange([], { httpStatus: 429, headers })).retryAfterMs).toBe(expected);
  });
});

describe('a stream that only pings keep alive', () => {
  const reads = [text('a'), ': ping\n\n', 'event: ping\ndata: {}\n\n'];
  const at = (set: Partial<Exchange>) =>
    interpretExchange(makeExchange(reads, { ...failed('timeout_total'), ...set }), chat, {
      secrets: [],
      stallTimeoutMs: 5_000,
    });

  test('is stalled after the stall timeout without output, even if the total deadline ended it', () => {
    expect(at({ endMs: 5_100 })).toMatchObject({ outcome: 'stalled', error: { code: 'stalled' }, outputEvents: 1 });
    expect(at({ endMs: 5_100 }).error?.message).toContain('no output in the last 5000 ms');
  });

  test('is a total timeout if output came shortly before it, or never', () => {
    expect(at({ endMs: 5_099 }).outcome).toBe('timeout_total');
    const silent = makeExchange([': ping\n\n'], { ...failed('timeout_total'), endMs: 90_000 });
    expect(interpretExchange(silent, chat, { secrets: [], stallTimeoutMs: 5_000 }).outcome).toBe('timeout_total');
  });
});
