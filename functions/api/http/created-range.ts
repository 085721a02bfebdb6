import { type Fault, findFault, throwFaults } from '../../../shared/errors/app-error.ts';
import { givenInstantSchema } from './schemas.ts';

/** Conditions on the time of creation. */
export const createdRangeFields = {
  createdFrom: givenInstantSchema.optional().describe('First time in the range of the creation'),
  createdBefore: givenInstantSchema.optional().describe('Time after the range of the creation. Later than createdFrom'),
};

type CreatedRange = { createdFrom?: string | undefined; createdBefore?: string | undefined };

/**
 * Reads a range of the creation, with a fault if it is empty.
 * @param buildPointer returns the pointer of a condition, such as `?createdBefore`
 */
export function readCreatedRange({ createdFrom, createdBefore }: CreatedRange, buildPointer: (name: string) => string) {
  const createdFromMs = createdFrom === undefined ? undefined : Date.parse(createdFrom);
  const createdBeforeMs = createdBefore === undefined ? undefined : Date.parse(createdBefore);
  const isEmpty = createdFromMs !== undefined && createdBeforeMs !== undefined && createdBeforeMs <= createdFromMs;
  const faults: Fault[] = findFault(isEmpty, {
    pointer: buildPointer('createdBefore'),
    fault: 'is not after createdFrom',
    remedy: 'Use a later time, or omit one of the two',
  });
  return { range: { createdFromMs, createdBeforeMs }, faults };
}

/** Reads the range of a query. @throws AppError INVALID_REQUEST if it is empty */
export function readQueryRange(query: CreatedRange) {
  const { range, faults } = readCreatedRange(query, (name) => `?${name}`);
  throwFaults('INVALID_REQUEST', faults);
  return range;
}
