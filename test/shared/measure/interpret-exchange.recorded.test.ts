import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { answerCases } from '../../support/exchanges/answer-cases.ts';
import { connectionCases } from '../../support/exchanges/connection-cases.ts';
import type { ExchangeCase } from '../../support/exchanges/exchange-case.ts';
import { readFixture, readRecorded } from '../../support/exchanges/read-recorded.ts';
import { getDialect } from '../../support/factories/get-dialect.ts';
import { interpretExchange } from '../../support/factories/make-exchange.ts';

const cases = [...answerCases, ...connectionCases];

/** Returns what a case expects, with any message for an error of which only the code is known. */
function expectCase({ expected }: ExchangeCase) {
  const { error, ...others } = expected;
  if (error === undefined) return others;
  const message = error?.message === '*' ? expect.any(String) : error?.message;
  return { ...others, error: error === null ? null : { ...error, message } };
}

describe('the recorded exchange of each case', () => {
  test('is in the folder of fixtures, and each fixture has a case', () => {
    const files = readdirSync(new URL('../../fixtures/exchanges/', import.meta.url));
    const names = files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -5));
    expect(names.sort()).toEqual(cases.map(({ name }) => name).sort());
  });

  test.each(cases)('$name', (one) => {
    const recorded = readFixture(one.name);
    const exchange = readRecorded(recorded, one.failure);
    const read = interpretExchange(exchange, getDialect(one.protocol ?? 'openai-chat'), { secrets: [] });
    expect(read).toMatchObject(expectCase(one));
    expect(recorded.outcome).toBe(read.outcome);
    expect(recorded.notes ?? '').toContain(one.notes ?? '');
    for (const secret of one.secrets ?? []) expect(JSON.stringify(recorded)).not.toContain(secret);
    // The recorded bytes end after the read that exceeded the limit, which the instrument did not keep.
    if (one.failure === 'too_large') return;
    expect(recorded.outputEvents).toBe(read.outputEvents);
    expect(read.firstOutputMs).toBe(recorded.firstOutputMs);
    expect(read.lastOutputMs).toBe(recorded.lastOutputMs);
  });
});
