import { type AttributeValue, PutItemCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import { localTableName } from '../../../infra/local/local-settings.ts';
import { startEmbeddedDynamodb } from '../../../infra/local/stores/embedded-dynamodb.ts';
import { createDynamodbClient } from '../../../shared/adapters/aws-clients.ts';

type Item = Record<string, AttributeValue>;

/** Changes one byte of a stored block of a run whose service is stopped. @returns whether the run had a block */
export async function damageBlock(dataDir: string, runId: string): Promise<boolean> {
  const dynamodb = await startEmbeddedDynamodb({ dataDir });
  const client = createDynamodbClient({ dynamodbEndpoint: dynamodb.endpoint, region: 'us-east-1' });
  try {
    const blocks: Item[] = [];
    for await (const { Items = [] } of paginateScan({ client }, { TableName: localTableName }))
      blocks.push(...Items.filter(({ pk, samples }) => pk?.S?.includes(runId) === true && samples?.B !== undefined));
    const [block] = blocks;
    const bytes = block?.['samples']?.B;
    if (block === undefined || bytes === undefined) return false;
    const damaged = Uint8Array.from(bytes);
    const middle = Math.floor(damaged.length / 2);
    damaged[middle] = (damaged[middle] ?? 0) + 1;
    await client.send(new PutItemCommand({ TableName: localTableName, Item: { ...block, samples: { B: damaged } } }));
    return true;
  } finally {
    client.destroy();
    await dynamodb.close();
  }
}
