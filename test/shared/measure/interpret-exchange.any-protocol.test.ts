import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../../shared/measure/instrument.ts';
import type { Interpretation } from '../../../shared/measure/interpret-exchange.ts';
import { protocolSchema } from '../../../shared/spec/target.ts';
import { type Counts, isEnd, type Part, protocolParts } from '../../support/exchanges/protocol-parts.ts';
import { getDialect } from '../../support/factories/get-dialect.ts';
import { interpretExchange, makeExchange } from '../../support/factories/make-exchange.ts';
import { countCases } from '../../support/test-form.ts';

const broken: Partial<Exchange> = { failure: { kind: 'broken', message: 'gone' } };
const failures = ['abort', 'engine_error', 'cancelled'];
const count = fc.option(fc.nat(5_000), { nil: undefined });
const counts: fc.Arbitrary<Counts> = fc.record({
  input: count,
  output: count,
  cached: count,
  reasoning: count,
  total: count,
});
const part: fc.Arbitrary<Part> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom<Part>({ kind: 'text', words: 'one ' }, { kind: 'text', words: 'two three' }),
  },
  fc.constant<Part>({ kind: 'reasoning', words: 'hm, ' }),
  counts.map((usage): Part => ({ kind: 'usage', usage })),
  fc
    .record({ word: fc.constantFrom('stop', 'length', 'null', 'enough', ...failures), usage: counts })
    .map(({ word, usage }): Part => ({ kind: 'finish', word, usage })),
  fc.constant<Part>({ kind: 'error', message: 'The engine stopped' }),
  fc.constant<Part>({ kind: 'done' }),
);

type Parts = (typeof protocolParts)[number];

const toBytes = (rendered: string | Uint8Array | null) => (rendered === null ? null : Buffer.from(rendered));

/** Finds what forbids the outcome `ok`, without the code under test. Returns null if nothing does. */
function findContradiction(parts: readonly Part[], { protocol, endsByFinish }: Parts, isCut: boolean): string | null {
  const end = parts.findIndex((one) => isEnd(protocol, one));
  const read = end < 0 ? parts : parts.slice(0, end + 1);
  const finishes = read.flatMap((one, index) =>
    one.kind === 'finish' && one.word !== 'null' ? { ...one, index } : [],
  );
  const finish = finishes.at(-1);
  const lastOutput = read.findLastIndex(({ kind }) => kind === 'text' || kind === 'reasoning');
  if (read.some(({ kind }) => kind === 'error')) return 'an error';
  if (lastOutput < 0) return 'no output';
  if (finish !== undefined && failures.includes(finish.word) && (end >= 0 || finish.index > lastOutput))
    return 'a finish that is a failure';
  if (end >= 0) return null;
  if (finish === undefined) return 'no end';
  return finish.index < lastOutput && (isCut || !endsByFinish) ? 'output after the finish' : null;
}

/** Returns whether a number is the sum of some of the stated numbers. */
function isStated(value: number | null, stated: readonly number[]): boolean {
  if (value === null) return true;
  const sums = new Set([0]);
  for (const one of stated) for (const sum of [...sums]) if (sum + one <= value) sums.add(sum + one);
  return sums.has(value);
}

/** Returns the parts that are completely within the first bytes. */
function takeWhole(rendered: readonly { one: Part; bytes: Buffer }[], length: number): Part[] {
  const whole: Part[] = [];
  let end = 0;
  for (const { one, bytes } of rendered) {
    end += bytes.length;
    if (end <= length) whole.push(one);
  }
  return whole;
}

function checkNumbers(found: Interpretation, exchange: Exchange): void {
  expect(found.error === null).toBe(found.outcome === 'ok');
  const { inputTokens, outputTokens, cachedTokens, reasoningTokens } = found.usage ?? {};
  if (inputTokens != null && cachedTokens != null) expect(cachedTokens).toBeLessThanOrEqual(inputTokens);
  if (outputTokens != null && reasoningTokens != null) expect(reasoningTokens).toBeLessThanOrEqual(outputTokens);
  const reads = new Set(exchange.readsAtMs);
  for (const atMs of found.outputEventsMs) expect(reads.has(atMs)).toBe(true);
  expect(found.outputEvents).toBe(found.outputEventsMs.length);
  expect(found.outputText !== '').toBe(found.outputEvents > 0);
  expect([found.firstOutputMs, found.lastOutputMs]).toEqual([
    found.outputEventsMs[0] ?? null,
    found.outputEventsMs.at(-1) ?? null,
  ]);
}

test('every protocol has its parts', () => {
  expect(protocolParts.map(({ protocol }) => protocol).sort()).toEqual([...protocolSchema.options].sort());
});

describe.each(protocolParts)('any exchange in the protocol $protocol', (written) => {
  const { protocol, render } = written;
  const dialect = getDialect(protocol);
  const interpret = (exchange: Exchange) => interpretExchange(exchange, dialect, { secrets: [] });
  const good = { headers: { 'content-type': dialect.mediaType } };
  const split = (bytes: Uint8Array, at: number) => {
    const cut = at % (bytes.length + 1);
    return [bytes.subarray(0, cut), bytes.subarray(cut)].filter(({ length }) => length > 0);
  };

  test('is never ok with a contradiction, and its numbers have a source', () => {
    const given = fc.record({
      parts: fc.array(part, { maxLength: 7 }),
      isCut: fc.boolean(),
      cutAt: fc.nat(),
      at: fc.nat(),
    });
    fc.assert(
      fc.property(given, ({ parts, isCut, cutAt, at }) => {
        const rendered = parts.flatMap((one) => {
          const bytes = toBytes(render(one));
          return bytes === null ? [] : { one, bytes };
        });
        const all = Buffer.concat(rendered.map(({ bytes }) => bytes));
        const bytes = isCut ? all.subarray(0, cutAt % (all.length + 1)) : all;
        const whole = takeWhole(rendered, bytes.length);
        const exchange = makeExchange(split(bytes, at), { ...good, ...(isCut ? broken : {}) });
        const found = interpret(exchange);
        checkNumbers(found, exchange);
        const contradiction = findContradiction(whole, written, isCut);
        if (found.outcome === 'ok') expect(contradiction).toBeNull();
        const stated = whole.flatMap((one) => ('usage' in one ? Object.values(one.usage).flatMap((n) => n ?? []) : []));
        for (const value of Object.values(found.usage ?? {})) expect(isStated(value, stated)).toBe(true);
      }),
      { numRuns: countCases(160) },
    );
  });

  test('that is plain and whole is ok', () => {
    const parts: Part[] = [
      { kind: 'text', words: 'one ' },
      { kind: 'text', words: 'two' },
      { kind: 'finish', word: 'stop', usage: { input: 9, output: 2 } },
      { kind: 'done' },
    ];
    const bytes = Buffer.concat(parts.flatMap((one) => toBytes(render(one)) ?? []));
    expect(interpret(makeExchange([bytes], good))).toMatchObject({
      outcome: 'ok',
      outputEvents: 2,
      finishReason: 'stop',
    });
  });

  test('with damaged bytes ends in an outcome, without an exception', () => {
    const damage = fc.record({ at: fc.nat(), length: fc.nat(12), by: fc.uint8Array({ maxLength: 12 }) });
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 5 }),
        damage,
        fc.nat(),
        (parts, { at, length, by }, cut) => {
          const all = Buffer.concat(parts.flatMap((one) => toBytes(render(one)) ?? []));
          const from = at % (all.length + 1);
          const bytes = Buffer.concat([all.subarray(0, from), by, all.subarray(from + length)]);
          const exchange = makeExchange(split(bytes, cut), good);
          checkNumbers(interpret(exchange), exchange);
        },
      ),
      { numRuns: countCases(120) },
    );
  });
});
