import type { NotSentReason } from './outcome.ts';
import type { Sample } from './sample.ts';
import { sampleFields } from './sample-fields.ts';

const emptyFields = Object.entries(sampleFields)
  .map(([name, field]) => [name, 'empty' in field ? field.empty : null])
  .filter(([, empty]) => empty !== undefined);

// `fromEntries` forgets the names. Spread, the object has the fast form that its copies take over.
const emptySample = { ...Object.fromEntries(emptyFields) } as Sample;

/** Creates a sample of the fields that are known. It is of a request that was never sent, unless they say otherwise. */
export function createSample(known: Partial<Sample>): Sample {
  return { ...emptySample, ...known };
}

/** Creates the sample of a request that no worker sent. */
export function createUnsentSample(
  requestIndex: number,
  warmup: boolean,
  batchIndex: number,
  notSentReason: NotSentReason,
): Sample {
  return createSample({ requestIndex, warmup, batchIndex, notSentReason });
}
