import { describe, expect, it } from 'vitest';
import { attemptNoteSchema } from '../../../shared/records/attempt-note.ts';
import { quietNote } from '../../support/factories/sample-factory.ts';

describe('the note of an attempt', () => {
  it('accepts notes of versions without the CPU use of the machine', () => {
    const { batchIndex: _, machineCpuUse: __, ...before } = quietNote;
    expect(attemptNoteSchema.parse(before)).toEqual({ ...before, machineCpuUse: null });
  });

  it('accepts notes of versions without stalls', () => {
    const { batchIndex: _, longestStallMs: __, ...before } = quietNote;
    expect(attemptNoteSchema.parse(before)).toEqual({ ...before, longestStallMs: null });
  });

  it('accepts notes of versions without runtime and prompts', () => {
    const { batchIndex: _, runtime: __, prompts: ___, ...before } = quietNote;
    expect(attemptNoteSchema.parse(before)).toEqual({ ...before, runtime: null, prompts: null });
  });
});
