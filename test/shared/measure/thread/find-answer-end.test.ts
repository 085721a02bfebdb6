import { describe, expect, test } from 'vitest';
import { createMarkerSearch, findAnswerEnd } from '../../../../shared/measure/thread/find-answer-end.ts';
import { getDialect } from '../../../support/factories/get-dialect.ts';
import { makeExchange } from '../../../support/factories/make-exchange.ts';
import { done, event, finish, role, text, usage } from '../../../support/servers/scripted-responses.ts';

const chat = getDialect('openai-chat');
const find = (...reads: string[]) => findAnswerEnd(makeExchange(reads), chat);
const long = Array.from({ length: 2_000 }, (_, index) => text(`word ${index} `));

describe('the end of an answer', () => {
  test.each([
    ['the end marker', [role, text('Hi'), finish, done], 'marker'],
    ['the end marker without a blank line', [role, text('Hi'), 'data: [DONE]'], 'marker'],
    ['the end marker after a long answer', [...long, finish, usage, done], 'marker'],
    ['a finish reason', [role, text('Hi'), finish], 'finish'],
    ['a finish reason, then usage and pings', [role, text('Hi'), finish, usage, ': ping\n\n'], 'finish'],
    ['an error', [role, event({ error: { message: 'x', code: 'y' } })], 'finish'],
    ['output only', [role, text('Hi')], null],
    ['output after the finish reason', [role, text('Hi'), finish, text('more')], null],
    [
      'a finish reason with each output',
      [event({ choices: [{ delta: { content: 'a' }, finish_reason: 'stop' }] })],
      null,
    ],
    ['a placeholder', [text('a'), event({ choices: [{ delta: {}, finish_reason: '' }] })], null],
    ['the marker within a text', [text('data: [DONE]')], null],
    ['nothing', [], null],
  ] as const)('is found by its last events: %s', (_what, reads, end) => {
    expect(find(...reads)).toBe(end);
  });

  test('is found in each protocol with an end marker, whose search hits only near it', () => {
    const ends = {
      'anthropic-messages': 'event: message_stop\ndata: {"type":"message_stop"}\n\n',
      'openai-responses': 'data: {"type":"response.completed","response":{"status":"completed"}}\n\n',
      tgi: 'data: {"token":{"text":"a"},"generated_text":"aa"}\n\n',
    } as const;
    for (const [protocol, last] of Object.entries(ends)) {
      const dialect = getDialect(protocol as keyof typeof ends); // `entries` loses the type of the keys
      const bytes = Buffer.from(`: hello\n\n${last}`);
      expect(findAnswerEnd(makeExchange([bytes]), dialect), protocol).toBe('marker');
      expect(createMarkerSearch(dialect)(bytes, 0, bytes.length)).toBe(true);
      expect(createMarkerSearch(dialect)(bytes, 0, 9)).toBe(false);
    }
  });
});
