import { expect, test } from 'vitest';
import { recordKeyUse } from '../../../../../functions/api/http/auth/record-key-use.ts';
import { makeApiKey } from '../../../../contract/make-record.ts';
import { createSimulation, originMs, settle } from '../../../../support/simulation/simulated-deps.ts';

/** Opens dependencies whose store of keys counts the writes, and responds only when `respond` is called. */
function open() {
  const { deps: simulated, lines, pass } = createSimulation();
  const writes: (() => void)[] = [];
  const touch = () => new Promise<void>((resolve) => writes.push(resolve));
  return { deps: { ...simulated, apiKeys: { ...simulated.apiKeys, touch } }, lines, pass, writes };
}

test('uses of a key while a write is open, or within a minute of a stored use, write nothing', async () => {
  const { deps, pass, writes } = open();
  const key = makeApiKey();
  for (let i = 0; i < 100; i++) recordKeyUse(deps, key);
  expect(writes).toHaveLength(1);
  writes[0]?.();
  await settle();
  recordKeyUse(deps, { ...key, lastUsedAtMs: originMs });
  await pass(59_999);
  recordKeyUse(deps, { ...key, lastUsedAtMs: originMs });
  expect(writes).toHaveLength(1);
  await pass(1);
  recordKeyUse(deps, { ...key, lastUsedAtMs: originMs });
  expect(writes).toHaveLength(2);
});

test('a failed write is logged, and the next use tries again', async () => {
  const { deps, lines } = open();
  const failing = {
    ...deps,
    apiKeys: { ...deps.apiKeys, touch: () => Promise.reject(new Error('the table is full')) },
  };
  for (let i = 1; i <= 2; i++) {
    recordKeyUse(failing, makeApiKey());
    await settle();
    expect(lines).toHaveLength(i);
  }
});
