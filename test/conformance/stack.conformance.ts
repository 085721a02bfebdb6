import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { GetFunctionConfigurationCommand, LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { functionNames, getFunctionSettings, getQueueSettings } from '../../infra/aws/stack/function-settings.ts';
import { tableDefinition } from '../../shared/adapters/dynamodb/table.ts';
import { deadLetterSuffix, type MessageKind } from '../../shared/records/messages.ts';
import { motoClientSettings, stackOptions } from './moto-account.ts';

const kinds = ['advance', 'batch', 'finalize', 'deliver'] as const satisfies MessageKind[];

describe('deployed stack', () => {
  let dynamodb: DynamoDBClient;
  let sqs: SQSClient;
  let lambda: LambdaClient;
  let name: string;
  beforeAll(() => {
    const place = inject('place');
    name = place.name;
    dynamodb = new DynamoDBClient({ endpoint: place.dynamodb, ...motoClientSettings });
    sqs = new SQSClient({ endpoint: place.sqs, ...motoClientSettings });
    lambda = new LambdaClient({ endpoint: place.sqs, ...motoClientSettings });
  });
  afterAll(() => {
    for (const client of [dynamodb, sqs, lambda]) client.destroy();
  });

  const describeTable = async () => (await dynamodb.send(new DescribeTableCommand({ TableName: name }))).Table;
  const readAttributes = async (queue: string) => {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queue }));
    const answer = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    return answer.Attributes ?? {};
  };
  const buildKeys = (partitionKey: string, sortKey: string) => [
    { AttributeName: partitionKey, KeyType: 'HASH' },
    { AttributeName: sortKey, KeyType: 'RANGE' },
  ];

  test('has the table with its keys and indexes, on-demand billing, and deletion protection', async () => {
    const table = await describeTable();
    expect(table?.KeySchema).toEqual(buildKeys(tableDefinition.partitionKey, tableDefinition.sortKey));
    expect(
      table?.GlobalSecondaryIndexes?.map(({ IndexName, KeySchema, Projection }) => [IndexName, KeySchema, Projection]),
    ).toEqual(
      tableDefinition.indexes.map(({ name: index, partitionKey, sortKey }) => [
        index,
        buildKeys(partitionKey, sortKey),
        { ProjectionType: 'KEYS_ONLY' },
      ]),
    );
    expect(table).toMatchObject({
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      DeletionProtectionEnabled: true,
    });
  });

  test('has a table with time to live', async () => {
    const { TimeToLiveDescription } = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName: name }));
    expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: tableDefinition.ttlAttribute });
  });

  test('has a table with point-in-time recovery', async () => {
    const answer = await dynamodb.send(new DescribeContinuousBackupsCommand({ TableName: name }));
    expect(answer.ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus).toBe(
      'ENABLED',
    );
  });

  test('has a table that is encrypted with a key of the stack', async () => {
    expect((await describeTable())?.SSEDescription).toMatchObject({ SSEType: 'KMS' });
  });

  test.each(kinds)('has the encrypted queue for %s with its timeout and its dead-letter queue', async (kind) => {
    const settings = getQueueSettings(kind, stackOptions);
    const deadLetters = await readAttributes(`${name}-${kind}${deadLetterSuffix}`);
    expect(deadLetters).toMatchObject({ MessageRetentionPeriod: String(14 * 86_400), SqsManagedSseEnabled: 'true' });
    const queue = await readAttributes(`${name}-${kind}`);
    expect(queue).toMatchObject({
      VisibilityTimeout: String(settings.visibilityTimeoutSeconds),
      MessageRetentionPeriod: String(4 * 86_400),
      SqsManagedSseEnabled: 'true',
    });
    expect(JSON.parse(queue['RedrivePolicy'] ?? '')).toEqual({
      deadLetterTargetArn: deadLetters['QueueArn'],
      maxReceiveCount: settings.maxReceiveCount,
    });
  });

  test.each(kinds)('sends messages for %s to their function, and dead letters to the coordinator', async (kind) => {
    const { handledBy, batchSize, maxConcurrency } = getQueueSettings(kind, stackOptions);
    const listSources = async (queue: string) => {
      const { QueueArn } = await readAttributes(queue);
      const answer = await lambda.send(new ListEventSourceMappingsCommand({ EventSourceArn: QueueArn }));
      return (answer.EventSourceMappings ?? []).map((source) => ({
        function: source.FunctionArn?.split(':').at(-1),
        BatchSize: source.BatchSize,
        ScalingConfig: source.ScalingConfig,
        FunctionResponseTypes: source.FunctionResponseTypes,
      }));
    };
    const FunctionResponseTypes = ['ReportBatchItemFailures'];
    expect(await listSources(`${name}-${kind}`)).toEqual([
      {
        function: `${name}-${handledBy}`,
        BatchSize: batchSize,
        ScalingConfig: { MaximumConcurrency: maxConcurrency },
        FunctionResponseTypes,
      },
    ]);
    expect(await listSources(`${name}-${kind}${deadLetterSuffix}`)).toMatchObject([
      { function: `${name}-coordinator`, FunctionResponseTypes },
    ]);
  });

  test.each(functionNames)('has the function %s with its bundle, memory, and timeout', async (functionName) => {
    const { memoryMb, timeoutSeconds } = getFunctionSettings(functionName, stackOptions);
    const found = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: `${name}-${functionName}` }));
    expect(found).toMatchObject({ Runtime: 'nodejs24.x', MemorySize: memoryMb, Timeout: timeoutSeconds });
    expect(found.CodeSize).toBeGreaterThan(10_000);
    expect(found.Environment?.Variables).toMatchObject({ TABLE_NAME: name });
  });
});
