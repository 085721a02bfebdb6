import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../../shared/measure/instrument.ts';
import { hasOutput } from '../../../shared/measure/read-answer.ts';
import { buildEndpoint } from '../../../shared/protocols/build-request.ts';
import type { Dialect } from '../../../shared/protocols/dialect.ts';
import { type DecodedEvent, decodeBody } from '../../../shared/protocols/framing/decode-events.ts';
import { storedTargetSchema } from '../../../shared/spec/target.ts';
import { listSecrets, noSecrets } from '../../../shared/spec/target-secrets.ts';
import type { Prompt } from '../../../shared/workload/prompt.ts';
import { buildRequest } from '../../support/factories/build-request.ts';
import { interpretExchange, makeExchange } from '../../support/factories/make-exchange.ts';
import { readInParts } from '../../support/factories/read-in-parts.ts';
import { type DialectCase, followUp, limit, question, reply, system } from './dialect-case.ts';

const prompt: Prompt = {
  messages: [
    { role: 'system', content: system },
    { role: 'user', content: question },
    { role: 'assistant', content: reply },
    { role: 'user', content: followUp },
  ],
  inputTokens: 20,
  maxOutputTokens: limit,
  expectedNumber: null,
  inputLines: null,
};

/** Tests that every dialect must pass. */
export function describeDialect(dialect: Dialect, given: DialectCase): void {
  const target = storedTargetSchema.parse({
    id: 'one',
    model: 'm',
    credentialId: null,
    headers: { 'X-Team': 'a' },
    body: given.sampling,
    ...given.target,
  });
  const { folder, extension, answer: answerName = 'answer' } = given.fixtures;
  const fixture = (name: string) =>
    new Uint8Array(readFileSync(new URL(`../../fixtures/dialects/${folder}/${name}`, import.meta.url)));
  const stream = (name: string) => fixture(`${name}.${extension}`);
  const good = { headers: { 'content-type': dialect.mediaType } };
  const secrets = listSecrets({ ...noSecrets, apiKey: given.key });
  const interpret = (exchange: Exchange) => interpretExchange(exchange, dialect, { secrets });
  const read = (reads: Uint8Array[], set: Partial<Exchange> = {}) =>
    interpret(makeExchange(reads, { ...good, ...set }));
  const byteByByte = (bytes: Uint8Array) => Array.from(bytes, (_, index) => bytes.subarray(index, index + 1));
  const decode = (reads: Uint8Array[]): DecodedEvent[] => [...decodeBody(dialect.createDecoder(), makeExchange(reads))];
  const said = (events: readonly DecodedEvent[]) => events.map(({ atMs: _atMs, ...event }) => event);

  describe('the request', () => {
    test('goes to the same URL from any form of the base URL', () => {
      for (const baseUrl of [target.baseUrl, ...given.sameUrls])
        expect(buildEndpoint(dialect, { ...target, baseUrl }, null).url).toBe(given.url);
    });

    test('has the target’s headers, and the credential in the protocol’s place', () => {
      expect(buildEndpoint(dialect, target, given.key)).toEqual({
        url: given.url,
        headers: { 'x-team': 'a', ...given.headers },
      });
    });

    test('has no credential if the target has none', () => {
      expect(Object.values(buildEndpoint(dialect, target, null).headers).join()).not.toContain('contract');
    });

    test('has exactly the workload’s prompt, limit, system message and sampling', () => {
      const request = buildRequest(target, prompt, given.key);
      expect(request).toMatchObject(buildEndpoint(dialect, target, given.key));
      expect(JSON.parse(new TextDecoder().decode(request.body))).toEqual(given.body);
    });

    test('has no system message if the prompt has none', () => {
      const messages = prompt.messages.filter(({ role }) => role !== 'system');
      const { body } = buildRequest(target, { ...prompt, messages }, null);
      const text = new TextDecoder().decode(body);
      expect(text).not.toMatch(/"(?:system|instructions|systemInstruction)"/);
      expect(text).toContain(JSON.stringify(question).slice(1, -1));
    });

    test('has the same bytes each time, and no credential', () => {
      const { body } = buildRequest(target, prompt, given.key);
      expect(buildRequest(target, prompt, given.key).body).toEqual(body);
      for (const secret of secrets) expect(new TextDecoder().decode(body)).not.toContain(secret);
    });
  });

  describe('an answer', () => {
    const bytes = stream(answerName);
    const { reasoning, text, toolCallArguments, usage, finishReason } = given.answer;

    test('has its texts, usage and finish reason', () => {
      const result = read([bytes]);
      expect(result).toMatchObject({ outcome: 'ok', error: null, answerText: text, usage, finishReason });
      expect(result.reasoningText).toBe(reasoning ?? '');
      expect(result.outputText).toBe(`${reasoning ?? ''}${text}${toolCallArguments ?? ''}`);
    });

    test.runIf(extension === 'txt')(
      'with output but only zeros for usage has no usage, and a note if it had one',
      () => {
        const zeros = new TextDecoder().decode(bytes).replaceAll(/("(?:\w*[tT]oken\w*|input_length)": ?)\d+/g, '$10');
        const result = read([new TextEncoder().encode(zeros)]);
        expect(result).toMatchObject({ outcome: 'ok', answerText: text, usage: null });
        expect(result.notes?.includes('zero_usage') ?? false).toBe(usage.outputTokens !== null);
      },
    );

    test('is the same with one byte per read, with the timestamps of the events’ last bytes', () => {
      const whole = read([bytes]);
      const result = read(byteByByte(bytes));
      for (const field of ['outcome', 'answerText', 'reasoningText', 'outputText', 'usage', 'outputEvents'] as const)
        expect(result[field]).toEqual(whole[field]);
      const events = decode(byteByByte(bytes));
      expect(said(events)).toEqual(said(decode([bytes])));
      const output = events.filter((event) => isOutput(dialect, event));
      expect(result.outputEventsMs).toEqual(output.map(({ atMs }) => atMs));
      expect(result.outputEventsMs).toEqual([...result.outputEventsMs].sort((a, b) => a - b));
      expect(new Set(result.outputEventsMs).size).toBeGreaterThan(1);
    });

    test('split anywhere gives the same events, each at the read that completed it', () => {
      const single = decode(byteByByte(bytes));
      for (let cut = 1; cut < bytes.length; cut++) {
        const events = decode([bytes.subarray(0, cut), bytes.subarray(cut)]);
        const expected = single.map((event) => ({ ...event, atMs: (event.atMs - 100) / 10 < cut ? 100 : 110 }));
        // Cheap first: a deep comparison of each of some thousand splits would take most of the suite's time.
        if (JSON.stringify(events) !== JSON.stringify(expected))
          expect({ cut, events }).toEqual({ cut, events: expected });
      }
    });

    test('read in parts is the same, for any size of the parts', () => {
      const reads = byteByByte(bytes);
      const whole = read(reads);
      for (let cut = 1; cut < bytes.length; cut += 13) expect(readInParts(dialect, reads, cut, good)).toEqual(whole);
    });

    test('has output from the read that completes the first output event, and not before', () => {
      const first = decode(byteByByte(bytes)).find((event) => isOutput(dialect, event));
      const end = ((first?.atMs ?? 0) - 100) / 10 + 1;
      const seen = (length: number) => hasOutput(makeExchange([bytes.subarray(0, length)]), dialect);
      expect([seen(0), seen(end - 1), seen(end)]).toEqual([false, false, true]);
    });

    test('cut off before it is finished is truncated, and never a crash', () => {
      const single = decode(byteByByte(bytes));
      const finishing = single.find((event) => {
        const { finishReason: finish, done } = dialect.readEvent(event);
        return finish !== undefined || done !== undefined;
      });
      const finishEnd = ((finishing?.atMs ?? 0) - 100) / 10;
      expect(finishEnd).toBeGreaterThan(0);
      for (let end = 0; end < bytes.length; end += 17) {
        const broken = read([bytes.subarray(0, end)], { failure: { kind: 'broken', message: 'gone' } });
        expect({ end, outcome: broken.outcome }).toEqual({ end, outcome: end <= finishEnd ? 'truncated' : 'ok' });
      }
    });

    test('without output is empty_output', () => {
      expect(read([stream('empty')])).toMatchObject({
        outcome: 'empty_output',
        outputEvents: 0,
        finishReason: given.emptyFinish,
      });
    });
  });

  describe('an error', () => {
    test('within the stream has the provider’s message and keeps the preceding output', () => {
      const result = read([stream('stream-error')]);
      expect(result).toMatchObject({ outcome: 'stream_error', error: given.streamError, outputEvents: 1 });
    });

    test('within the stream about the rate is rate_limited', () => {
      const result = read([stream('rate-limit')]);
      expect(result).toMatchObject({ outcome: 'rate_limited', error: { message: 'Too many requests' } });
    });

    test('before the stream is reported without the key that the provider repeats', () => {
      const { httpStatus, headers = {}, code } = given.refusal;
      for (const secret of secrets) {
        const text = new TextDecoder()
          .decode(fixture('refusal.json'))
          .replace('KEY', JSON.stringify(secret).slice(1, -1));
        const result = interpret(
          makeExchange([text], { httpStatus, headers: { 'content-type': 'application/json', ...headers } }),
        );
        expect(result).toMatchObject({ outcome: 'http_4xx', error: { code } });
        expect(result.error?.message).toContain('[redacted]');
        expect(JSON.stringify(result)).not.toContain(secret);
      }
    });

    test('with status 429 is rate_limited, with or without a body', () => {
      expect(read([fixture('refusal.json')], { httpStatus: 429 }).outcome).toBe('rate_limited');
      expect(read([], { httpStatus: 429 }).outcome).toBe('rate_limited');
    });

    test('page of HTML with status 200 is bad_stream', () => {
      const set = { headers: { 'content-type': 'text/html' } };
      expect(read([new TextEncoder().encode('<html><title>Sign in</title></html>')], set)).toMatchObject({
        outcome: 'bad_stream',
        error: { code: 'not_event_stream' },
      });
    });
  });

  describe('rubbish', () => {
    test('in place of an event never throws, and an exception is always an error', () => {
      fc.assert(
        fc.property(fc.oneof(fc.json(), fc.string()), fc.option(fc.string(), { nil: null }), (data, event) => {
          expect(dialect.readEvent({ event, data })).toBeTypeOf('object');
          if (extension === 'bin') expect(dialect.readEvent({ event, data, exception: true }).error).toBeDefined();
        }),
        { numRuns: 50 },
      );
    });

    test('over one byte of an answer never throws, and is ok only if the texts are intact', () => {
      const bytes = stream(answerName);
      fc.assert(
        fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
          const damaged = Uint8Array.from(bytes);
          damaged[at] = (bytes[at] ?? 0) ^ change;
          const { outcome, answerText } = read([damaged]);
          if (extension === 'bin' && outcome === 'ok') expect(answerText).toBe(given.answer.text);
        }),
        { numRuns: 100 },
      );
    });
  });
}

function isOutput(dialect: Dialect, event: DecodedEvent): boolean {
  const { text, reasoning, toolCallArguments, toolCallName } = dialect.readEvent(event);
  return [text, reasoning, toolCallArguments, toolCallName].some((part) => part !== undefined);
}
