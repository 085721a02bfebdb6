import { describe, expect, test } from 'vitest';
import { findOpenSpans } from '../../../shared/metrics/find-open-spans.ts';
import { makeFailure, makeOk, makeSample, wallMs } from '../../support/factories/sample-factory.ts';

describe('findOpenSpans', () => {
  test('uses the due time of a request that did not reach the socket', () => {
    const refused = makeFailure(40, 5, { outcome: 'connect', startMs: null, sentMs: null, headersMs: null });
    const { beginMs, endMs } = findOpenSpans([refused]);
    expect([...beginMs]).toEqual([40]);
    expect([...endMs]).toEqual([45]);
  });

  test('uses the last known instant of a request without an end', () => {
    const cut = makeOk({ startMs: 10, ttftMs: 5, e2eMs: 20 }, { outcome: 'canceled', endMs: null });
    expect([...findOpenSpans([cut]).endMs]).toEqual([30]);
  });

  test('excludes unsent requests', () => {
    const spans = findOpenSpans([makeSample({ originWallMs: wallMs, dueMs: 3 })]);
    expect(spans).toMatchObject({ originWallMs: null, samples: [] });
  });

  test('never has a negative length', () => {
    const { beginMs, endMs } = findOpenSpans([makeFailure(40, 5, { headersMs: null, endMs: 39 })]);
    expect(endMs[0]).toBe(beginMs[0]);
  });
});
