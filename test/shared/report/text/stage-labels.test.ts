import { expect, test } from 'vitest';
import { rateLabel } from '../../../../shared/report/text/stage-labels.ts';

test.each([
  [0.5, '0.5/s'],
  [2, '2/s'],
  [12_345, '12345/s'],
  [1.793372319688109, '1.79337/s'],
  [1 / 3, '0.333333/s'],
])('%d a second is shown as %s', (perSecond, label) => {
  expect(rateLabel(perSecond)).toBe(label);
});
