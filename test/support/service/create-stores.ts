import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { composeStores } from '../../../functions/api/compose-stores.ts';
import { openItemTable } from '../../../shared/adapters/dynamodb/item-table.ts';
import { createClock } from '../../../shared/adapters/system-clock.ts';
import type { Clock, Stores } from '../../../shared/ports.ts';

/** Creates all stores over a table that `ensureTable` has created. */
export function createStores(
  client: DynamoDBClient,
  tableName: string,
  clock: Pick<Clock, 'nowMs'> = createClock(),
): Stores {
  return composeStores(openItemTable(client, tableName), clock);
}
