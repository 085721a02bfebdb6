import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';

/**
 * Definition of the DynamoDB table. `ensureTable` creates it on one machine; the CDK stack creates it on AWS. Both
 * indexes are sparse and contain only keys. After a query, the items are read from the table with a consistent read.
 */
export const tableDefinition = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Attribute with the expiry time in seconds since 1970. DynamoDB deletes an item some time after it expires. */
  ttlAttribute: 'ttl',
  indexes: [
    /** Index of lists in an order that the table's keys do not provide, such as a tenant's runs. */
    { name: 'gsi1', partitionKey: 'gsi1pk', sortKey: 'gsi1sk' },
    /** Index of pending work: active runs, and schedules and deliveries by due time. */
    { name: 'gsi2', partitionKey: 'gsi2pk', sortKey: 'gsi2sk' },
  ],
} as const;

/** Creates the table if it does not exist. Throws the SDK's error if the table is not usable within a minute. */
export async function ensureTable(client: DynamoDBClient, tableName: string): Promise<void> {
  const { partitionKey, sortKey, indexes } = tableDefinition;
  const keyAttributes = [partitionKey, sortKey, ...indexes.flatMap((index) => [index.partitionKey, index.sortKey])];
  const command = new CreateTableCommand({
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: keyAttributes.map((name) => ({ AttributeName: name, AttributeType: 'S' })),
    KeySchema: buildKeySchema(partitionKey, sortKey),
    GlobalSecondaryIndexes: indexes.map((index) => ({
      IndexName: index.name,
      KeySchema: buildKeySchema(index.partitionKey, index.sortKey),
      Projection: { ProjectionType: 'KEYS_ONLY' as const },
    })),
  });
  try {
    await client.send(command);
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  const description = await client.send(new DescribeTableCommand({ TableName: tableName }));
  if (description.Table?.TableStatus !== 'ACTIVE')
    await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 2 }, { TableName: tableName });
  await enableExpiry(client, tableName);
}

/** Enables automatic deletion of expired items, if the server supports it. The stores never return an expired item. */
async function enableExpiry(client: DynamoDBClient, tableName: string): Promise<void> {
  const specification = { AttributeName: tableDefinition.ttlAttribute, Enabled: true };
  try {
    await client.send(new UpdateTimeToLiveCommand({ TableName: tableName, TimeToLiveSpecification: specification }));
  } catch (error) {
    // Either automatic deletion is already enabled, or the server does not support it.
    if (!(error instanceof Error && ['ValidationException', 'UnknownOperationException'].includes(error.name)))
      throw error;
  }
}

function buildKeySchema(partitionKey: string, sortKey: string) {
  return [
    { AttributeName: partitionKey, KeyType: 'HASH' as const },
    { AttributeName: sortKey, KeyType: 'RANGE' as const },
  ];
}
