import { done, head, json, lastChunk, reset, wait, write } from '../servers/scripted-responses.ts';
import { chat, chatUsage, type ExchangeCase, named, stream, words } from './exchange-case.ts';

const contents = (count: number, finish: string | null = null) =>
  words.slice(0, count).map((content) => chat({ content }, finish));
const stop = chat({}, 'stop');

/** How answers end, and what they say of their usage. */
const endings: ExchangeCase[] = [
  {
    name: '50-finish-word-null',
    script: () => stream(contents(4, 'null'), [reset]),
    expected: { outcome: 'truncated', finishReason: null, outputEvents: 4 },
    failure: 'broken',
  },
  {
    name: '50-finish-word-none',
    script: () => stream(contents(3, 'none')),
    expected: { outcome: 'truncated', finishReason: null, error: expect('no_finish') },
  },
  ...['abort', 'insufficient_system_resource'].map((word) => ({
    name: `52-finish-${word}`,
    script: () => stream([...contents(3), chat({}, word), done]),
    expected: { outcome: 'stream_error' as const, error: expect(word) },
  })),
  {
    name: '54-reasoning-apart-from-output',
    script: () =>
      stream([
        ...words.slice(0, 3).map((text) => chat({ reasoning_content: text })),
        ...contents(2),
        stop,
        chatUsage({
          prompt_tokens: 14,
          completion_tokens: 2,
          total_tokens: 66,
          completion_tokens_details: { reasoning_tokens: 50 },
        }),
        done,
      ]),
    expected: { outcome: 'ok', usage: { inputTokens: 14, outputTokens: 52, cachedTokens: null, reasoningTokens: 50 } },
  },
  {
    name: '56-later-zero',
    protocol: 'anthropic-messages',
    script: () =>
      stream([
        named('message_start', { message: { usage: { input_tokens: 31, output_tokens: 1 } } }),
        ...words
          .slice(0, 4)
          .map((text) => named('content_block_delta', { index: 0, delta: { type: 'text_delta', text } })),
        named('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { input_tokens: 0, output_tokens: 4 } }),
        named('message_stop', {}),
      ]),
    expected: { outcome: 'ok', usage: { inputTokens: 31, outputTokens: 4, cachedTokens: null, reasoningTokens: null } },
  },
  {
    name: '58-usage-in-the-choice',
    script: () =>
      stream([
        ...contents(3),
        chat(
          {},
          'stop',
          {},
          { usage: { prompt_tokens: 18, completion_tokens: 3, total_tokens: 21, cached_tokens: 16 } },
        ),
        done,
      ]),
    expected: { outcome: 'ok', usage: { inputTokens: 18, outputTokens: 3, cachedTokens: 16, reasoningTokens: null } },
  },
  {
    name: '60-answer-above-the-limit',
    script: () => stream(Array.from({ length: 20 }, () => chat({ content: 'on and on ' })).concat(stop, done)),
    maxResponseBytes: 1_500,
    expected: { outcome: 'too_large', error: expect('too_large') },
    failure: 'too_large',
  },
  {
    name: '87-usage-in-every-chunk',
    script: () =>
      stream([
        ...[2, 4, 6].map((count) =>
          chat({ content: 'two words ' }, null, {
            usage: { prompt_tokens: 8, completion_tokens: count, total_tokens: 8 + count },
          }),
        ),
        stop,
        done,
      ]),
    expected: {
      outcome: 'ok',
      outputEvents: 3,
      usage: { inputTokens: 8, outputTokens: 6, cachedTokens: null, reasoningTokens: null },
    },
  },
];

const toolCall = (name: string, given: unknown) =>
  chat({
    content: null,
    tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name, arguments: given } }],
  });
let soFar = '';
const cumulative = words.map((word) => {
  soFar += word;
  return chat({ content: soFar });
});

/** How the events of an answer look. */
const events: ExchangeCase[] = [
  {
    name: '67-tool-arguments-as-an-object',
    script: () => stream([toolCall('find_train', { from: 'Oslo', to: 'Bergen' }), chat({}, 'tool_calls'), done]),
    expected: { outcome: 'ok', outputEvents: 1, finishReason: 'tool_calls' },
  },
  {
    name: '68-tool-call-without-arguments',
    script: () => stream([toolCall('list_stations', ''), chat({}, 'tool_calls'), done]),
    expected: { outcome: 'ok', outputEvents: 1, outputText: 'list_stations' },
  },
  {
    name: '70-chunks-under-an-event-name',
    script: () => stream([...contents(5), stop].map((event) => `event: completion\n${event}`).concat(done)),
    expected: { outcome: 'ok', outputEvents: 5 },
  },
  {
    name: '71-events-without-blank-lines',
    script: () => stream([...contents(5), stop, done].map((event) => event.slice(0, -1))),
    expected: { outcome: 'ok', outputEvents: 5 },
    notes: 'events_not_parted',
  },
  {
    name: '78-cumulative-deltas',
    script: () => stream([...cumulative, stop, done]),
    expected: { outcome: 'ok', outputEvents: 7, outputText: words.join('') },
    notes: 'cumulative_deltas',
  },
  ...[
    { name: '80-reasoning-summary', toDelta: (text: string) => ({ reasoning_summary: text }) },
    {
      name: '80-reasoning-details',
      toDelta: (text: string) => ({ content: '', reasoning_details: [{ type: 'reasoning.text', text, index: 0 }] }),
    },
  ].map(({ name, toDelta }) => ({
    name,
    script: () => stream([...words.slice(0, 4).map((text) => chat(toDelta(text))), ...contents(2), stop, done]),
    expected: { outcome: 'ok' as const, outputEvents: 6, reasoningText: 'The lamp in the' },
  })),
];

const retryInfo = {
  error: {
    code: 429,
    message: 'The quota of this minute is used up.',
    status: 'RESOURCE_EXHAUSTED',
    details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '12.5s' }],
  },
};

/** What servers say when they do not answer. */
const refusals: ExchangeCase[] = [
  {
    name: '72-error-line-after-the-events',
    script: () => stream([...contents(3), 'gateway: the upstream went away\n']),
    expected: { outcome: 'truncated', error: expect('no_finish') },
  },
  {
    name: '72-error-object-after-the-events',
    script: () => stream([...contents(3), '{"error":{"message":"out of memory","type":"server_error","code":500}}\n']),
    expected: { outcome: 'stream_error', error: { code: '500', message: 'out of memory' } },
  },
  ...[
    {
      name: '74-json-error-with-status-200',
      type: 'application/json',
      text: '{"error_code":17,"error_msg":"Token expired"}',
    },
    { name: '74-json-detail-with-status-200', type: 'application/json', text: '{"detail":"Warming up"}' },
    { name: '74-html-with-status-200', type: 'text/html', text: '<html><head><title>Log in</title></head></html>' },
  ].map(({ name, type, text }) => ({
    name,
    script: () => [write(head('200 OK', { 'content-type': type, 'content-length': String(text.length) }) + text)],
    expected: { outcome: 'bad_stream' as const, error: expect('not_event_stream') },
  })),
  {
    name: '74-json-answer-in-place-of-a-stream',
    script: () => [
      wait(20),
      write(json('200 OK', { choices: [{ message: { content: 'All at once' }, finish_reason: 'stop' }] })),
    ],
    expected: { outcome: 'ok', outputEvents: 1, outputText: 'All at once' },
    notes: 'not_streamed',
  },
  {
    name: '75-throttling-within-the-stream',
    script: () =>
      stream([
        'id:1\nevent:error\n:HTTP_STATUS/429\ndata:{"code":"Throttling.RateQuota","message":"Too many requests"}\n\n',
      ]),
    expected: { outcome: 'rate_limited', error: { code: 'Throttling.RateQuota', message: 'Too many requests' } },
  },
  {
    name: '77-failed-response-then-its-error',
    protocol: 'openai-responses',
    script: () =>
      stream([
        named('response.created', { response: { id: 'resp_1', status: 'in_progress' } }),
        named('response.failed', { response: { id: 'resp_1', status: 'failed', error: null } }),
        named('error', { error: { type: 'too_many_requests', code: 'rate_limit_exceeded', message: 'Slow down.' } }),
      ]),
    expected: { outcome: 'rate_limited', error: { code: 'rate_limit_exceeded', message: 'Slow down.' } },
  },
  ...[
    { name: '81-wait-in-an-object', body: retryInfo },
    { name: '81-wait-in-a-list', body: [retryInfo] },
  ].map(({ name, body }) => ({
    name,
    script: () => [write(json('429 Too Many Requests', body))],
    expected: { outcome: 'rate_limited' as const, retryAfterMs: 12_500, error: expect('RESOURCE_EXHAUSTED') },
  })),
  {
    name: '92-comments-only-then-closed',
    script: () => stream([': processing\n\n', ': processing\n\n'], [write(lastChunk)]),
    expected: { outcome: 'truncated', error: expect('no_finish') },
  },
];

/** Matches an error by its code. */
function expect(code: string): { code: string; message: string } {
  return { code, message: '*' };
}

/** Cases about what an answer says. */
export const answerCases: readonly ExchangeCase[] = [...endings, ...events, ...refusals];
