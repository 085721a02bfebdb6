import { describe, expect, test } from 'vitest';
import { createSamplesFromRecords } from '../../../shared/llmperf/create-imported-samples.ts';
import type { LlmperfRecord } from '../../../shared/sample/imported.ts';

function readOutcome(record: LlmperfRecord) {
  const [sample] = createSamplesFromRecords([record]);
  return [sample?.outcome, sample?.httpStatus, sample?.error?.message];
}

describe('an error of any JSON type is a failure', () => {
  test.each<[LlmperfRecord, unknown[]]>([
    [{ error: { message: 'Too many requests', code: 429 } }, ['rate_limited', 429, 'Too many requests']],
    [{ error: { error: { message: 'Overloaded', status: 503 } } }, ['http_5xx', 503, 'Overloaded']],
    [{ error: { detail: 'status 404' } }, ['http_4xx', 404, '{"detail":"status 404"}']],
    [{ error: ['timed out'] }, ['unclassified', null, '["timed out"]']],
    [{ error: true }, ['unclassified', null, 'LLMPerf recorded an error without a message']],
    [{ error: 500 }, ['http_5xx', 500, '500']],
    [{ error_msg: '', error: { message: 'reset' } }, ['unclassified', null, 'reset']],
    [
      { error_code: { code: 'x' } },
      ['unclassified', null, 'LLMPerf recorded the error code {"code":"x"} without a message'],
    ],
  ])('%j', (record, expected) => {
    expect(readOutcome(record)).toEqual(expected);
  });
});

test.each<LlmperfRecord>([
  { error: false },
  { error: 0 },
  { error: {} },
  { error: [] },
  { error: null, error_msg: ' ' },
  { error: '{}' },
  { error: { message: '', code: null } },
  { error_code: false, error: 'None' },
])('a request without an error is ok: %j', (record) => {
  expect(readOutcome(record)).toEqual(['ok', null, undefined]);
});
