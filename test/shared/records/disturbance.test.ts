import { describe, expect, it } from 'vitest';
import { attemptNoteSchema } from '../../../shared/records/records.ts';
import { quietNote } from '../../support/sample-factory.ts';

describe('the note of an attempt', () => {
  it('is read as it was written before the use of the machine was known: a run outlives an upgrade', () => {
    const { batchIndex: _, machineCpuUse: __, ...before } = quietNote;
    expect(attemptNoteSchema.parse(before)).toEqual({ ...before, machineCpuUse: null });
  });

  it('is read as it was written before runtime and prompts were known', () => {
    const { batchIndex: _, runtime: __, prompts: ___, ...before } = quietNote;
    expect(attemptNoteSchema.parse(before)).toEqual({ ...before, runtime: null, prompts: null });
  });
});
