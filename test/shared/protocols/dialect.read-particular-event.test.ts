import { describe, expect, test } from 'vitest';
import type { StreamEvent } from '../../../shared/protocols/dialect.ts';
import type { WireEvent } from '../../../shared/protocols/framing/decode-events.ts';
import { settleUsage } from '../../../shared/protocols/parts/settle-usage.ts';
import type { Protocol } from '../../../shared/protocols/registry.ts';
import { getDialect } from '../../support/factories/get-dialect.ts';

const noCounts = { inputTokens: null, outputTokens: null, cachedTokens: null, reasoningTokens: null };
const read = (protocol: Protocol, value: unknown, rest: Partial<WireEvent> = {}) =>
  getDialect(protocol).readEvent({
    event: null,
    data: typeof value === 'string' ? value : JSON.stringify(value),
    ...rest,
  });
const parts = (...list: unknown[]) => ({ candidates: [{ content: { parts: list } }] });
const metadata = (usage: unknown) =>
  settleUsage(read('bedrock-converse', { usage }, { event: 'metadata' }).usage ?? null, {}, true).usage;

/** Cases that the common fixtures do not cover. */
describe('events of one protocol only', () => {
  test.each<[string, StreamEvent, StreamEvent]>([
    [
      'Gemini: arguments of a call, piece by piece',
      read(
        'gemini',
        parts({ functionCall: { partialArgs: [{ jsonPath: '$.a', stringValue: 'x' }, { numberValue: 7 }] } }),
      ),
      { toolCallArguments: 'x7' },
    ],
    ['Gemini: a call without arguments', read('gemini', parts({ functionCall: { name: 'f' } })), { toolCallName: 'f' }],
    [
      'Gemini: a blocked prompt',
      read('gemini', { promptFeedback: { blockReason: 'SAFETY' } }),
      { error: { code: 'SAFETY', message: 'The provider blocked the prompt' } },
    ],
    [
      'Gemini: thoughts and text of one event',
      read('vertex', parts({ text: 'hm', thought: true }, { text: 'a' }, { text: 'b', thought: false })),
      { text: 'ab', reasoning: 'hm' },
    ],
    [
      'Anthropic: input counted again at the end',
      read('anthropic-messages', {
        type: 'message_delta',
        delta: { stop_reason: 'max_tokens' },
        usage: { input_tokens: 5, cache_read_input_tokens: 2, cache_creation_input_tokens: 0, output_tokens: 9 },
      }),
      {
        finishReason: 'max_tokens',
        usage: { inputTokens: 5, outputTokens: 9, cachedTokens: 2, cacheWrittenTokens: 0 },
      },
    ],
    [
      'Anthropic: a block that starts with text',
      read('anthropic-messages', { type: 'content_block_start', content_block: { type: 'text', text: 'Hi' } }),
      { text: 'Hi' },
    ],
    [
      'Anthropic: the type by the event’s name alone',
      read('anthropic-messages', '{}', { event: 'message_stop' }),
      { done: true },
    ],
    [
      'Anthropic: an error that is not an object',
      read('anthropic-messages', '"overloaded"', { event: 'error' }),
      { malformed: true },
    ],
    [
      'Responses: reasoning as it is, not summed up',
      read('openai-responses', { type: 'response.reasoning_text.delta', delta: 'hm' }),
      { reasoning: 'hm' },
    ],
    [
      'Responses: a refusal, which is an answer',
      read('openai-responses', { type: 'response.refusal.delta', delta: 'No.' }),
      { text: 'No.' },
    ],
    [
      'Responses: an error of a gateway in front',
      read('openai-responses', { error: { message: 'upstream', code: 502 } }),
      { error: { code: '502', message: 'upstream' } },
    ],
    [
      'Responses: a delta that is not text',
      read('openai-responses', { type: 'response.output_text.delta', delta: 7 }),
      { malformed: true },
    ],
    ['Responses: the end marker of compatible servers', read('openai-responses', '[DONE]'), { done: true }],
    [
      'TGI: the last token without details',
      read('tgi', { token: { text: '.', special: false }, generated_text: 'x.', details: null }),
      { text: '.', done: true },
    ],
    [
      'SageMaker: an error among JSON lines',
      read('sagemaker', { error: 'no memory', code: 507 }),
      { error: { code: '507', message: 'no memory' } },
    ],
    ['SageMaker: a chat chunk', read('sagemaker', { choices: [{ delta: { content: 'a' } }] }), { text: 'a' }],
    [
      'an exception that is not JSON',
      read('bedrock-converse', 'gone', { event: 'internalServerException', exception: true }),
      { error: { code: 'internalServerException', message: 'gone' } },
    ],
    [
      'an exception without a name or message',
      read('sagemaker', '', { exception: true }),
      { error: { code: null, message: 'an exception without a message' } },
    ],
  ])('%s', (_what, event, expected) => {
    expect(event).toEqual(expected);
  });

  test('Bedrock: input includes cached tokens, whether or not the model counts them', () => {
    const counts = { outputTokens: 5, cacheReadInputTokens: 20 };
    expect(metadata({ inputTokens: 10, totalTokens: 35, ...counts })).toMatchObject({
      inputTokens: 30,
      cachedTokens: 20,
    });
    expect(metadata({ inputTokens: 30, totalTokens: 35, ...counts })).toMatchObject({
      inputTokens: 30,
      cachedTokens: 20,
    });
    expect(metadata({ inputTokens: 10, outputTokens: 5, totalTokens: 15 })).toEqual({
      ...noCounts,
      inputTokens: 10,
      outputTokens: 5,
    });
    expect(metadata({ inputTokens: 'many' })).toBeNull();
  });
});
