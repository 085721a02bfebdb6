import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readMessage, readMessageOfKind } from '../../functions/process-records.ts';

const runId = `run_${'0'.repeat(26)}`;
const batch = { kind: 'batch', runId, stageIndex: 0, batchIndex: 1, attempt: 1 };

describe('reading a message', () => {
  test('gives what was sent', () => {
    expect(readMessage(JSON.stringify(batch))).toEqual(batch);
    expect(readMessageOfKind('batch', JSON.stringify(batch))).toEqual(batch);
  });

  test('gives what 0.1.0 sent under the names of today', () => {
    const { stageIndex: stage, batchIndex: index, ...rest } = batch;
    expect(readMessage(JSON.stringify({ ...rest, stage, batch: index }))).toEqual(batch);
  });

  test.each([
    ['no JSON', '{"kind":'],
    ['nothing', ''],
    ['no object', '17'],
    ['an unknown kind', JSON.stringify({ kind: 'dance', runId })],
    ['a field too many', JSON.stringify({ ...batch, apiKey: 'x' })],
    ['a field too few', JSON.stringify({ kind: 'batch', runId })],
    ['an id of another form', JSON.stringify({ kind: 'advance', runId: 'run_1' })],
  ])('refuses %s', (_, body) => {
    expect(() => readMessage(body)).toThrow('does not contain a valid message');
  });

  test('throws an Error, and nothing else, for any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        expect(() => readMessage(body)).toThrow(Error);
      }),
    );
  });

  test('refuses a message at the door of another kind, naming both', () => {
    expect(() => readMessageOfKind('finalize', JSON.stringify(batch))).toThrow(/kind finalize, .*batch/);
  });
});
