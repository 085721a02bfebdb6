import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { z } from 'zod';
import { createDynamodbClient } from '../../../shared/adapters/aws-clients.ts';
import { type Item, parseRecord } from '../../../shared/adapters/dynamodb/record.ts';
import { priceBookRecordSchema } from '../../../shared/records/price-book.ts';
import {
  apiKeyRecordSchema,
  batchRecordSchema,
  credentialRecordSchema,
  datasetRecordSchema,
} from '../../../shared/records/records.ts';
import { deliveryRecordSchema, webhookEndpointRecordSchema } from '../../../shared/records/webhooks.ts';
import { localRegion, localTableName } from '../local-settings.ts';
import { startEmbeddedDynamodb } from '../stores/embedded-dynamodb.ts';

/** Maps the start of a sort key to the schema of its items. Items of other kinds are read but not validated. */
const schemas: Readonly<Record<string, z.ZodObject>> = {
  API_KEY: apiKeyRecordSchema,
  BATCH: batchRecordSchema,
  CREDENTIAL: credentialRecordSchema,
  DATASET: datasetRecordSchema,
  DELIVERY: deliveryRecordSchema,
  PRICE: priceBookRecordSchema,
  WEBHOOK_ENDPOINT: webhookEndpointRecordSchema,
};

/**
 * Lists the faults of all items that are not valid, with their keys but without values.
 * @throws Error if the table cannot be read
 */
export async function findDamagedItems(dataDir: string): Promise<string[]> {
  const server = await startEmbeddedDynamodb({ dataDir });
  const dynamodb = createDynamodbClient({ region: localRegion, dynamodbEndpoint: server.endpoint });
  try {
    const faults: string[] = [];
    const pages = paginateScan({ client: DynamoDBDocumentClient.from(dynamodb) }, { TableName: localTableName });
    for await (const { Items = [] } of pages) faults.push(...Items.flatMap(findFault));
    return faults;
  } finally {
    dynamodb.destroy();
    await server.close();
  }
}

function findFault(item: Item): string[] {
  const schema = schemas[String(item['sk']).split('#')[0] ?? ''];
  try {
    if (schema !== undefined) parseRecord(schema, item);
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
