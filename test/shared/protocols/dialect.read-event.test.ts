import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StreamEvent } from '../../../shared/protocols/dialect.ts';
import { getDialect } from '../../support/factories/get-dialect.ts';

const chat = (value: unknown, event: string | null = null): StreamEvent =>
  getDialect('openai-chat').readEvent({ event, data: typeof value === 'string' ? value : JSON.stringify(value) });
const completions = (value: unknown): StreamEvent =>
  getDialect('openai-completions').readEvent({ event: null, data: JSON.stringify(value) });
const delta = (fields: unknown) => ({ choices: [{ index: 0, delta: fields, finish_reason: null }], usage: null });

describe('openai-chat events', () => {
  test.each<[string, unknown, StreamEvent]>([
    ['text', delta({ content: 'Hi' }), { text: 'Hi' }],
    ['an empty role delta', delta({ role: 'assistant', content: '' }), {}],
    ['null content', delta({ content: null }), {}],
    ['reasoning_content', delta({ content: null, reasoning_content: 'hm' }), { reasoning: 'hm' }],
    ['reasoning', delta({ content: '', reasoning: 'hm' }), { reasoning: 'hm' }],
    [
      'both spellings of the same reasoning once',
      delta({ reasoning_content: 'a', reasoning: 'a' }),
      { reasoning: 'a' },
    ],
    ['a refusal, which is an answer', delta({ refusal: 'No.' }), { text: 'No.' }],
    [
      'content in parts',
      delta({
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      }),
      { text: 'ab' },
    ],
    [
      'thinking in parts',
      delta({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'so' }] }] }),
      { reasoning: 'so' },
    ],
    [
      'tool-call arguments',
      delta({
        tool_calls: [{ index: 0, function: { name: 'f', arguments: '{"a":' } }, { function: { arguments: '1' } }],
      }),
      { toolCallArguments: '{"a":1', toolCallName: 'f' },
    ],
    [
      'a tool call without arguments yet',
      delta({ tool_calls: [{ id: 'x', function: { name: 'f' } }] }),
      { toolCallName: 'f' },
    ],
    ['a finish reason', { choices: [{ delta: {}, finish_reason: 'length' }] }, { finishReason: 'length' }],
    ['empty choices', { choices: [] }, {}],
    ['no choices at all', { id: 'x' }, {}],
    [
      'an error object',
      { error: { message: 'boom', code: 'bad', type: 't' } },
      { error: { code: 'bad', message: 'boom' } },
    ],
    ['an error with a numeric code', { error: { message: 'm', code: 503 } }, { error: { code: '503', message: 'm' } }],
    [
      'an error with a type only',
      { error: { message: 'm', type: 'overloaded' } },
      { error: { code: 'overloaded', message: 'm' } },
    ],
    ['an error that is text', { error: 'boom' }, { error: { code: null, message: 'boom' } }],
    ['an error at the top', { object: 'error', message: 'm', code: 400 }, { error: { code: '400', message: 'm' } }],
    ['error: null, which is not an error', { error: null, ...delta({ content: 'x' }) }, { text: 'x' }],
    ['JSON that is not a chunk', [1, 2], { malformed: true }],
    ['choices of the wrong kind', { choices: 'none' }, { malformed: true }],
  ])('%s', (_what, value, expected) => {
    expect(chat(value)).toEqual(expected);
  });

  test('usage with cached and reasoning tokens, in each spelling', () => {
    const details = { prompt_tokens_details: { cached_tokens: 3 }, completion_tokens_details: { reasoning_tokens: 2 } };
    expect(
      chat({ choices: [], usage: { prompt_tokens: 9, completion_tokens: 5, total_tokens: 14, ...details } }),
    ).toEqual({
      usage: { inputTokens: 9, outputTokens: 5, totalTokens: 14, cachedTokens: 3, reasoningTokens: 2 },
    });
    expect(chat({ usage: { prompt_tokens: 9, completion_tokens: 5, prompt_cache_hit_tokens: 4 } }).usage).toEqual({
      inputTokens: 9,
      outputTokens: 5,
      cachedTokens: 4,
    });
  });

  test('invalid usage is ignored and does not break the stream', () => {
    expect(chat({ ...delta({ content: 'x' }), usage: { prompt_tokens: -1, completion_tokens: 2.5 } })).toEqual({
      text: 'x',
    });
    expect(chat({ ...delta({ content: 'x' }), usage: 'none' })).toEqual({ text: 'x' });
    expect(chat({ usage: { prompt_tokens: 'many', completion_tokens: 7 } }).usage).toEqual({
      outputTokens: 7,
    });
  });

  test('the end marker, named events, and data that is not JSON', () => {
    expect(chat('[DONE]')).toEqual({ done: true });
    expect(chat(' [DONE] ')).toEqual({ done: true });
    expect(chat('')).toEqual({});
    expect(chat('{"choices":[{"del')).toEqual({ malformed: true });
    expect(chat('anything', 'ping')).toEqual({});
    expect(chat('it broke', 'error')).toEqual({ error: { code: null, message: 'it broke' } });
    expect(chat({ message: 'it broke', code: 7 }, 'error')).toEqual({ error: { code: '7', message: 'it broke' } });
    expect(chat(delta({ content: 'x' }), 'message')).toEqual({ text: 'x' });
  });

  test('never throws for any event', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), fc.option(fc.string(), { nil: null }), (data, event) => {
        for (const protocol of ['openai-chat', 'openai-completions'] as const)
          expect(getDialect(protocol).readEvent({ event, data })).toBeTypeOf('object');
      }),
    );
  });
});

test('openai-completions events', () => {
  expect(completions({ choices: [{ text: 'Hi', finish_reason: null }] })).toEqual({ text: 'Hi' });
  expect(completions({ choices: [{ text: '', finish_reason: 'stop' }] })).toEqual({ finishReason: 'stop' });
  expect(completions({ choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } }).usage?.outputTokens).toBe(2);
});
