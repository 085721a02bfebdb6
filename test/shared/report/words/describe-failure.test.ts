import { describe, expect, test } from 'vitest';
import type { ErrorGroup } from '../../../../shared/metrics/count-outcomes.ts';
import { describeFailure } from '../../../../shared/report/words/describe-failure.ts';

const group = (changes: Partial<ErrorGroup>): ErrorGroup => ({
  outcome: 'http_4xx',
  httpStatus: 404,
  code: null,
  message: null,
  count: 1,
  firstIndex: 0,
  ...changes,
});

describe('describeFailure omits repetitions:', () => {
  test.each<[string, Partial<ErrorGroup>, string]>([
    [
      'a message that starts with the status',
      { code: 'model_not_found', message: 'HTTP 404: No such model' },
      'HTTP 404, model_not_found: No such model',
    ],
    ['a code equal to the status', { code: 'http_404', message: 'HTTP 404' }, 'HTTP 404'],
    ['only a status', {}, 'HTTP 404'],
    [
      'a code equal to the outcome',
      { outcome: 'connect', httpStatus: null, code: 'connect', message: 'The connection could not be made' },
      'The connection could not be made',
    ],
    [
      'a code in the message',
      { code: 'context_length_exceeded', message: 'HTTP 404: context_length_exceeded by 5' },
      'HTTP 404: context_length_exceeded by 5',
    ],
    [
      'a failure after a 200',
      { outcome: 'truncated', httpStatus: 200, code: 'no_finish', message: 'The stream ended' },
      'no_finish: The stream ended',
    ],
    ['only the outcome', { outcome: 'stalled', httpStatus: 200, code: 'stalled', message: null }, ''],
  ])('%s', (_, changes, text) => {
    expect(describeFailure(group(changes))).toBe(text);
  });
});
