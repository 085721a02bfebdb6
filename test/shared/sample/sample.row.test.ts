import { expect, it } from 'vitest';
import { copySample, createSample, listRows, SampleRow, sampleSchema } from '../../../shared/sample/sample.ts';
import { createRowWriter, createSampleColumns } from '../../../shared/sample/sample-columns.ts';
import { sampleColumns } from '../../../shared/sample/sample-fields.ts';
import { makeFailure, makeOk } from '../../support/factories/sample-factory.ts';

it('gives each column its slot, so that old blocks stay readable', () => {
  expect(sampleColumns.map(({ slot }) => slot)).toEqual(sampleColumns.map((_, place) => place));
});

it('has every field of a sample, with null for a missing column', () => {
  const all = createSampleColumns(1);
  for (const { slot, isNullable } of sampleColumns) all.columns[slot] = isNullable ? null : Float64Array.of(0);
  for (const group of ['connection.reused', 'error.message'])
    all.columns[sampleColumns.findIndex(({ name }) => name === group)] = null;
  const [sample] = listRows(all).map(copySample);
  const { recorded, ...always } = sampleSchema.shape;
  expect(Object.keys(sample ?? {})).toEqual(Object.keys(always));
  expect(sampleSchema.parse(sample)).toEqual(sample);
  expect(sample).toEqual(createSample({ outcome: 'ok' }));
});

it('returns the samples that were written, including groups, texts and records', () => {
  const samples = [
    makeOk({ startMs: 1, ttftMs: 9, e2eMs: 90 }, { recorded: { ttft_s: 0.25 }, answerNumber: 7 }),
    makeFailure(5, 40, { requestIndex: 1, warmup: true, error: { code: null, message: 'no' }, connection: null }),
    createSample({ requestIndex: 2, notSentReason: 'worker_lost' }),
  ];
  const all = createSampleColumns(samples.length);
  const writeRow = createRowWriter(all);
  for (const [row, sample] of samples.entries()) writeRow(row, sample);
  expect(listRows(all).map(copySample)).toStrictEqual(samples);
  expect(samples.map(copySample)).toStrictEqual(samples);
  expect(new SampleRow(all, 0).usage?.inputTokens).toBe(550);
});

it('throws an error for a row without an outcome', () => {
  expect(() => new SampleRow(createSampleColumns(1), 0).outcome).toThrow('Row 0 has no value for outcome');
});
