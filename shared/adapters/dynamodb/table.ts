import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';

/**
 * The one table, as data: `ensureTable` makes it on one machine, and the cloud stack from the same lines on AWS.
 * Both indexes are sparse and hold keys only: who queries one reads the items themselves afterwards, consistently.
 */
export const tableDefinition = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Epoch seconds after which the store may delete the item. */
  ttlAttribute: 'ttl',
  indexes: [
    /** Lists that are not in the order of the table's own keys: runs of a tenant, deliveries of an endpoint. */
    { name: 'gsi1', partitionKey: 'gsi1pk', sortKey: 'gsi1sk' },
    /** Work: active runs, pending deliveries by the instant they are due. */
    { name: 'gsi2', partitionKey: 'gsi2pk', sortKey: 'gsi2sk' },
  ],
} as const;

/**
 * Creates the table unless it exists, and resolves once it can be used.
 * @throws what the SDK throws, where the table cannot be created or does not become usable within a minute
 */
export async function ensureTable(client: DynamoDBClient, tableName: string): Promise<void> {
  const { partitionKey, sortKey, indexes } = tableDefinition;
  const keyAttributes = [partitionKey, sortKey, ...indexes.flatMap((index) => [index.partitionKey, index.sortKey])];
  try {
    await client.send(
      new CreateTableCommand({
        TableName: tableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: keyAttributes.map((name) => ({ AttributeName: name, AttributeType: 'S' })),
        KeySchema: buildKeySchema(partitionKey, sortKey),
        GlobalSecondaryIndexes: indexes.map((index) => ({
          IndexName: index.name,
          KeySchema: buildKeySchema(index.partitionKey, index.sortKey),
          Projection: { ProjectionType: 'KEYS_ONLY' as const },
        })),
      }),
    );
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  const description = await client.send(new DescribeTableCommand({ TableName: tableName }));
  if (description.Table?.TableStatus !== 'ACTIVE')
    await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 2 }, { TableName: tableName });
  await enableExpiry(client, tableName);
}

/** The embedded store and DynamoDB Local differ in whether they expire items; stores hide expired ones either way. */
async function enableExpiry(client: DynamoDBClient, tableName: string): Promise<void> {
  const specification = { AttributeName: tableDefinition.ttlAttribute, Enabled: true };
  try {
    await client.send(new UpdateTimeToLiveCommand({ TableName: tableName, TimeToLiveSpecification: specification }));
  } catch (error) {
    // Already enabled, or an operation this implementation does not have.
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
