import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { presets } from '../../../infra/provider/config/presets.ts';
import type { ProviderLogLine } from '../../../infra/provider/log/request-log.ts';
import { type Provider, serveProvider } from '../../../infra/provider/serve-provider.ts';
import type { PreparedRequest } from '../../../shared/measure/instrument.ts';
import type { Interpretation } from '../../../shared/measure/interpret-exchange.ts';
import type { Outcome } from '../../../shared/sample/outcome.ts';
import { measure } from '../../support/factories/run-phase.ts';

/* The product's instrument and the provider, which share no code that measures, agree on what happened. */

const expected: Record<string, Outcome> = {
  ok: 'ok',
  'fault-http-400': 'http_4xx',
  'fault-http-401': 'http_4xx',
  'fault-http-404': 'http_4xx',
  'fault-http-500': 'http_5xx',
  'fault-http-503': 'http_5xx',
  'fault-rate-limited': 'rate_limited',
  'fault-rate-limited-no-hint': 'rate_limited',
  'fault-rate-limited-date': 'rate_limited',
  'fault-redirect': 'bad_stream',
  'fault-reset': 'truncated',
  'fault-not-http': 'bad_stream',
  'fault-hang-before-headers': 'timeout_first_token',
  'fault-hang-after-headers': 'timeout_first_token',
  'fault-stall': 'stalled',
  'fault-truncated-cut': 'truncated',
  'fault-truncated-end': 'truncated',
  'fault-reset-mid-stream': 'truncated',
  'fault-garbage-event': 'bad_stream',
  'fault-error-event': 'stream_error',
  'fault-empty-output': 'empty_output',
  'fault-json-instead-of-stream': 'ok',
  'fault-huge-response': 'too_large',
  // The content type is wrong, but the body is a stream.
  'fault-wrong-content-type': 'ok',
  'fault-slow-tail': 'ok',
  'fault-comments': 'ok',
  'fault-crlf': 'ok',
  'fault-many-events-per-write': 'ok',
  'fault-split-event': 'ok',
  'fault-split-utf8': 'ok',
  'fault-usage-events': 'ok',
  'fault-no-done': 'ok',
  'fault-reasoning': 'ok',
  'fault-tool-calls': 'ok',
  'fault-close-delimited': 'ok',
  'fault-stale-keep-alive': 'ok',
};
const models = Object.keys(expected);

const log: ProviderLogLine[] = [];
const read = new Map<string, Interpretation>();
let provider: Provider;

async function* requests(): AsyncGenerator<PreparedRequest> {
  for (const [index, model] of models.entries()) {
    const body = {
      model,
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 40,
      messages: [{ role: 'user', content: 'Tell me of the sea.' }],
    };
    yield { index, body: new TextEncoder().encode(JSON.stringify(body)) };
  }
}

beforeAll(async () => {
  provider = await serveProvider({ models: presets.faults }, (line) => log.push(line));
  const { read: answers } = await measure(
    provider.url.replace(/\/v1$/, ''),
    models.length,
    { mode: 'concurrency', concurrency: 4 },
    { requests: requests(), firstTokenTimeoutMs: 1_000, stallTimeoutMs: 1_000, requestTimeoutMs: 5_000 },
  );
  for (const answer of answers) read.set(models[answer.index] ?? '', answer);
});
afterAll(() => provider.close());

describe('outcome of each fault', () => {
  test.each(Object.entries(expected))('%s: %s', (model, outcome) => {
    expect(read.get(model)).toMatchObject({ outcome });
  });
});

test('the client and the provider count the same tokens and see the same answer if it is complete', () => {
  for (const model of models.filter((name) => expected[name] === 'ok')) {
    const line = log.find((candidate) => candidate.model === model);
    expect(line?.outputTokens, model).toBe(40);
    expect(read.get(model)?.usage, model).toMatchObject({ outputTokens: 40, inputTokens: line?.inputTokens });
    expect(read.get(model)?.finishReason, model).toBe(model === 'fault-tool-calls' ? 'tool_calls' : 'length');
  }
});

test('reasoning and tool calls are recognized', () => {
  expect(read.get('fault-reasoning')?.reasoningText.length).toBeGreaterThan(10);
  expect(read.get('fault-reasoning')?.answerText.length).toBeGreaterThan(10);
  expect(read.get('fault-tool-calls')).toMatchObject({ answerText: '' });
});
