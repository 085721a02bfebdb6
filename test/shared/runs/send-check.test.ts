import { expect, test } from 'vitest';
import type { Queue } from '../../../shared/ports.ts';
import { sendCheck } from '../../../shared/runs/send-check.ts';

test('the check of a target names its tenant, so that the checks of one tenant do not delay those of another', async () => {
  const sent: unknown[] = [];
  const queue: Queue = { send: async (...message) => void sent.push(message), check: async () => {} };
  const check = { ownerId: 'run_1', targetIndex: 2, tenantId: 'tnt_1' };
  await sendCheck({ queue }, check, {});
  await sendCheck({ queue }, check, { runFrom: 'eu-west-1' });
  const message = { kind: 'check', ownerId: 'run_1', targetIndex: 2 };
  expect(sent).toEqual([
    [message, { tenantId: 'tnt_1' }],
    [message, { tenantId: 'tnt_1', region: 'eu-west-1' }],
  ]);
});
