import { describe, expect, test } from 'vitest';
import { findFailedIds } from '../../../../infra/local/queues/event-source.ts';

const ids = ['a', 'b'];

describe('failed records of an invocation', () => {
  test.each([
    ['no answer', undefined, []],
    ['null', null, []],
    ['no list', {}, []],
    ['a null list', { batchItemFailures: null }, []],
    ['an empty list', { batchItemFailures: [] }, []],
    ['one named', { batchItemFailures: [{ itemIdentifier: 'b' }] }, ['b']],
    ['an unknown id', { batchItemFailures: [{ itemIdentifier: 'c' }] }, ids],
    ['an empty id', { batchItemFailures: [{ itemIdentifier: '' }] }, ids],
    ['no id', { batchItemFailures: [{}] }, ids],
    ['another form', { batchItemFailures: 'b' }, ids],
    ['a text', 'done', ids],
  ])('%s', (_, response, failed) => {
    expect([...findFailedIds(response, ids)]).toEqual(failed);
  });
});
