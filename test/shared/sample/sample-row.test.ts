import { expect, it } from 'vitest';
import { sampleSchema } from '../../../shared/sample/sample.ts';
import { columnOf, newSampleColumns } from '../../../shared/sample/sample-columns.ts';
import { SampleRow, samplesOf } from '../../../shared/sample/sample-row.ts';

it('has every field of a sample, null where there is no column', () => {
  const all = newSampleColumns(1);
  for (const name of [
    'requestIndex',
    'warmup',
    'batchIndex',
    'attempt',
    'outcome',
    'outputEvents',
    'reads',
    'bytes',
  ] as const)
    columnOf(all, name)[0] = 0;
  const [sample] = samplesOf(all);
  const { recorded, ...always } = sampleSchema.shape;
  expect(Object.keys(sample ?? {}).sort()).toEqual(Object.keys(always).sort());
  expect(sampleSchema.parse(sample)).toEqual(sample);
});

it('is no sample without an outcome', () => {
  expect(() => new SampleRow(newSampleColumns(1), 0).outcome).toThrow(RangeError);
});
