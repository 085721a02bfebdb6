import { describe } from 'vitest';
import { composeStores } from '../../../functions/api/compose-stores.ts';
import { describeStores } from '../../contract/stores.contract.ts';
import { createMemoryTable } from '../../support/simulation/memory-table.ts';

const clock = { atMs: Date.UTC(2026, 0, 31) };
const stores = composeStores(createMemoryTable(), { nowMs: () => clock.atMs });

describe('stores over the in-memory table of unit tests', () => {
  describeStores(
    () => stores,
    () => clock,
  );
});
