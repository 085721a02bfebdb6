import { expect, test } from 'vitest';
import { modelSchema } from '../../../../infra/provider/config/provider-config.ts';

test('a model without settings is valid, and an unknown fault is rejected', () => {
  expect(modelSchema.parse({}).faults).toEqual([]);
  expect(modelSchema.safeParse({ faults: [{ kind: 'flood' }] }).success).toBe(false);
});
