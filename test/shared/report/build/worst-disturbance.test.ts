import { expect, test } from 'vitest';
import { worstDisturbance } from '../../../../shared/report/build/worst-disturbance.ts';
import { quietNote } from '../../../support/sample-factory.ts';

test('each figure is the worst of any attempt that knows it; reads of the reference add up', () => {
  const other = { ...quietNote, errorP99Ms: 9, slipP99Ms: null, cpuWaitShare: 0.5, cpuUse: 0.1 };
  expect(worstDisturbance([quietNote, other])).toEqual({
    ...worstDisturbance([quietNote]),
    errorP99Ms: 9,
    cpuWaitShare: 0.5,
    errorReads: 2 * quietNote.errorReads,
  });
});

test('what no attempt knows is null, not 0', () => {
  expect(worstDisturbance([])).toMatchObject({ errorP99Ms: null, cpuUse: null, errorReads: 0 });
  expect(worstDisturbance([{ ...quietNote, errorP99Ms: null }]).errorP99Ms).toBeNull();
});
