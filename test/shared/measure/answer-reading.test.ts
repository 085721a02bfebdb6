import { describe, expect, test } from 'vitest';
import { AnswerReading } from '../../../shared/measure/answer-reading.ts';
import { createAnswerLimits } from '../../../shared/measure/read-answer.ts';
import { runAtOnce } from '../../../shared/time-slices.ts';
import { getDialect } from '../../support/factories/get-dialect.ts';
import { interpretExchange, makeExchange } from '../../support/factories/make-exchange.ts';
import { readInParts } from '../../support/factories/read-in-parts.ts';
import { done, finish, role, text, usage } from '../../support/servers/scripted-responses.ts';

const chat = getDialect('openai-chat');
const json = { headers: { 'content-type': 'application/json' } };
const interpret = (reads: string[], set = {}) => interpretExchange(makeExchange(reads, set), chat, { secrets: [] });
const cutEvery = (whole: string, size: number) => whole.match(new RegExp(`.{1,${size}}`, 'gs')) ?? [];

describe('a response that is read in parts', () => {
  test.each<[string, string, object]>([
    ['JSON in place of a stream', JSON.stringify({ choices: [{ message: { content: 'Hello' } }] }), json],
    ['JSON lines', `${JSON.stringify({ choices: [{ delta: { content: 'Hi' } }] })}\n`.repeat(40), {}],
    ['an error body', JSON.stringify({ error: { message: 'no model' } }), { ...json, httpStatus: 404 }],
    [
      'a page',
      `<html><title>Sign in</title>${'<p>Hello'.repeat(200)}</html>`,
      { headers: { 'content-type': 'text/html' } },
    ],
    ['nothing', '', {}],
    ['a stream that was cut', role + text('Hi'), { failure: { kind: 'broken', message: 'gone' } }],
    ['blanks before a stream', `\n\n ${role}${text('Hi')}${finish}${usage}${done}`, {}],
  ])('has the same interpretation as in one part: %s', (_what, whole, set) => {
    const reads = cutEvery(whole, 20);
    expect(readInParts(chat, reads, 3, set)).toEqual(interpret(reads, set));
  });

  test('with deltas that repeat megabytes of text has the text, not their sum', () => {
    const word = 'abcdefgh '.repeat(2_000);
    const reads = Array.from({ length: 20 }, (_, index) => text(word.repeat(index + 1)));
    const result = readInParts(chat, [role, ...reads, finish, done], 4);
    expect(result).toMatchObject({ outcome: 'ok', outputEvents: 20 });
    expect(result.outputText).toBe(word.repeat(20));
    expect(result.notes).toContain('cumulative_deltas');
  });

  test('with deltas that stop to repeat the text has all of it', () => {
    const word = 'abcdefgh '.repeat(20_000);
    const reads = Array.from({ length: 10 }, (_, index) => text(word.repeat(index + 1)));
    const result = readInParts(chat, [role, ...reads, text('and more'), finish, done], 2);
    expect(result.answerText).toBe(`${word.repeat(10)}and more`);
    expect(result.outputText).toBe(result.answerText);
  });
});

describe('an answer beyond a limit', () => {
  const limits = { maxOutputLength: 1_000, maxOutputEvents: 50, maxEventLength: 2_000 };
  test.each<[string, string[], string]>([
    ['too many characters', [text('x'.repeat(600)), text('y'.repeat(600))], 'more than 1000 characters'],
    ['too many events', Array.from({ length: 60 }, () => text('a')), 'more than 50 events'],
    ['an event without end', [role, 'data: {"x":"', ...cutEvery('z'.repeat(5_000), 100)], 'event of more than 2000'],
  ])('is too_large, and says that the deployment limits it: %s', (_what, reads, message) => {
    const result = readInParts(chat, [...reads, finish, done], 2, {}, limits);
    expect(result.outcome).toBe('too_large');
    expect(result.error?.message).toContain(message);
    expect(result.error?.message).toContain('raise MAX_RESPONSE_BYTES');
  });

  test('of 200,000 tokens is read in parts, with an instant for each', () => {
    const reading = new AnswerReading(chat, createAnswerLimits(268_435_456));
    const part = makeExchange([text(' word').repeat(1_000)]);
    for (let k = 0; k < 199; k++) runAtOnce(reading.feed(part));
    const last = makeExchange([text(' word').repeat(1_000), finish + done]);
    const result = interpretExchange(last, chat, { secrets: [], reading });
    expect(result).toMatchObject({
      outcome: 'ok',
      outputEvents: 200_000,
      bytes: 199 * part.bytes.length + last.bytes.length,
    });
    expect(result.outputText).toHaveLength(1_000_000);
  });
});
