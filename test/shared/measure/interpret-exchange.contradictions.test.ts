import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../../shared/measure/instrument.ts';
import { getDialect } from '../../support/factories/get-dialect.ts';
import { interpretExchange, makeExchange } from '../../support/factories/make-exchange.ts';
import { done, event, text } from '../../support/servers/scripted-responses.ts';

const chat = getDialect('openai-chat');
const broken: Partial<Exchange> = { failure: { kind: 'broken', message: 'gone' } };
const read = (parts: string[], set: Partial<Exchange> = {}) =>
  interpretExchange(makeExchange(parts, set), chat, { secrets: [] });
const chunk = (content: string, finish: string | null) =>
  event({ choices: [{ delta: { content }, finish_reason: finish }] });
const finishWith = (word: string) => event({ choices: [{ delta: {}, finish_reason: word }] });
const usageOf = (usage: unknown) => event({ choices: [], usage });

describe('how an answer ended', () => {
  test.each(['null', 'none', '', 'in_progress'])('the placeholder %j finishes nothing', (word) => {
    expect(read([chunk('a', word), chunk('b', word)], broken)).toMatchObject({
      outcome: 'truncated',
      finishReason: null,
    });
  });
  test('output after a finish reason voids it, and a finish in every chunk never ends the answer', () => {
    expect(read([finishWith('stop'), text('a')], broken).outcome).toBe('truncated');
    expect(read([chunk('a', 'stop'), chunk('b', 'stop'), chunk('c', 'stop')], broken).outcome).toBe('truncated');
    expect(read([chunk('a', 'stop'), chunk('b', 'stop'), done]).outcome).toBe('ok');
  });
  test.each(['error', 'engine_failed', 'CANCELLED', 'upstream_timeout'])('the word %s is a failure', (word) => {
    expect(read([text('a'), finishWith(word), done])).toMatchObject({ outcome: 'stream_error', error: { code: word } });
  });
  test.each(['length', 'content_filter'])('the word %s is a finish', (word) => {
    expect(read([text('a'), finishWith(word), done])).toMatchObject({ outcome: 'ok', notes: null });
  });
  test('an unknown word is kept and noted', () => {
    const found = read([text('a'), finishWith('enough'), done]);
    expect(found).toMatchObject({ outcome: 'ok', finishReason: 'enough', notes: 'unknown_finish: enough' });
  });
  test('an error within a choice has the words of the server', () => {
    const failed = event({ choices: [{ delta: {}, error: { code: 'gpu', message: 'lost' }, finish_reason: 'stop' }] });
    expect(read([text('a'), failed, done])).toMatchObject({
      outcome: 'stream_error',
      error: { code: 'gpu', message: 'lost' },
    });
  });
});

test('an event stream of text without any event is bad_stream, and after events it is truncated', () => {
  expect(read(['upstream {gone: '])).toMatchObject({
    outcome: 'bad_stream',
    error: { code: 'no_event', message: 'The response has no event. It says: upstream {gone:' },
  });
  expect(read([text('a'), 'upstream gone']).outcome).toBe('truncated');
  expect(read(['data: {"choices":[{"del'], broken).outcome).toBe('truncated');
});

test('the whole text at the end of a Responses stream is not counted again, even if its events came twice', () => {
  const delta = event({ type: 'response.output_text.delta', delta: 'The tide turns. ' });
  const output = [{ type: 'message', content: [{ type: 'output_text', text: 'The tide turns. ' }] }];
  const completed = event({ type: 'response.completed', response: { status: 'completed', output } });
  const readResponses = (parts: string[]) =>
    interpretExchange(makeExchange(parts), getDialect('openai-responses'), { secrets: [] });
  expect(readResponses([delta, completed])).toMatchObject({ outcome: 'ok', outputEvents: 1, notes: null });
  const twice = readResponses([delta, delta, completed, completed]);
  expect(twice).toMatchObject({ outcome: 'ok', outputEvents: 2, outputText: 'The tide turns. The tide turns. ' });
  expect(twice.notes).toContain('final_text_differs');
});

describe('usage', () => {
  test('keeps an earlier count after a later zero, and finds it in an object of the vendor', () => {
    const vendor = event({ choices: [], x_vendor: { usage: { prompt_tokens: 40, completion_tokens: 2 } } });
    const found = read([text('a'), vendor, usageOf({ prompt_tokens: 0 }), done]);
    expect(found.usage).toMatchObject({ inputTokens: 40, outputTokens: 2 });
  });
  test('of zero with output counts as no usage', () => {
    const found = read([text('a'), usageOf({ prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }), done]);
    expect(found.usage).toBeNull();
    expect(found.notes).toContain('zero_usage');
  });
  test('with a part that the total leaves no room for drops the part and names both numbers', () => {
    const counts = { prompt_tokens: 5, completion_tokens: 4, total_tokens: 9, reasoning_tokens: 70 };
    const found = read([text('a'), usageOf(counts), done]);
    expect(found.usage).toMatchObject({ outputTokens: 4, reasoningTokens: null });
    expect(found.notes).toContain('70 reasoning tokens of 4 output tokens');
  });
});

test('for any exchange, parts never exceed totals, and no answer with a failure is ok', () => {
  const count = fc.option(fc.nat(50), { nil: undefined });
  const usage = fc
    .record({
      prompt_tokens: count,
      completion_tokens: count,
      total_tokens: count,
      cached_tokens: count,
      reasoning_tokens: count,
    })
    .map(usageOf);
  const part = fc.oneof(
    fc.constantFrom(
      text('a'),
      text('b c'),
      chunk('d', 'stop'),
      finishWith('stop'),
      finishWith('abort'),
      'loose words\n',
    ),
    usage,
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), fc.boolean(), fc.nat(), (parts, isCut, at) => {
      const bytes = Buffer.from(parts.join(''));
      const cut = at % (bytes.length + 1);
      const reads = [bytes.subarray(0, cut), bytes.subarray(cut)];
      const found = interpretExchange(makeExchange(reads, isCut ? broken : {}), chat, { secrets: [] });
      const { inputTokens, outputTokens, cachedTokens, reasoningTokens } = found.usage ?? {};
      if (inputTokens && cachedTokens) expect(cachedTokens).toBeLessThanOrEqual(inputTokens);
      if (outputTokens && reasoningTokens) expect(reasoningTokens).toBeLessThanOrEqual(outputTokens);
      expect(found.error === null).toBe(found.outcome === 'ok');
      const last = parts.findLast((one) => one !== 'loose words\n' && !one.includes('"usage"'));
      if (last === finishWith('abort') || last === text('a')) expect(found.outcome).not.toBe('ok');
    }),
  );
});
