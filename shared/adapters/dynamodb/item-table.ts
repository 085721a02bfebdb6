import { isDeepStrictEqual } from 'node:util';
import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  type QueryCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import {
  allOf,
  buildUpdateExpression,
  type Change,
  type Condition,
  createPlaceholders,
  itemExists,
} from './expression.ts';
import type { ItemKey } from './keys.ts';
import type { Item } from './record.ts';
import { tableDefinition } from './table.ts';
import { toStoreError } from './to-store-error.ts';

export type ItemQuery = {
  partition: string;
  /** Null: the table itself, read consistently. An index is read as it is (on AWS: a moment behind), and gives keys only. */
  index: (typeof tableDefinition.indexes)[number]['name'] | null;
  range?: { prefix: string } | { from: string; to: string };
  newestFirst?: boolean;
  startAfter?: Item;
  /** Items a request, not items altogether. */
  pageSize?: number;
  attributes?: string[];
};

/** The operations on one table that the stores are made of. All reads by primary key are consistent. */
export type ItemTable = {
  get(key: ItemKey, attributes?: string[]): Promise<Item | null>;
  /** False where the condition did not hold. */
  put(item: ItemKey & Item, condition?: Condition): Promise<boolean>;
  /** The item after; null where it does not exist or a condition did not hold. */
  update(key: ItemKey, change: Change, conditions?: readonly Condition[]): Promise<Item | null>;
  /** Whether there was an item to remove, and the condition held. */
  remove(key: ItemKey, condition?: Condition): Promise<boolean>;
  /** Items in key order, fetched page by page as they are consumed. */
  query(query: ItemQuery): AsyncIterable<Item>;
  /** The items of the keys that exist, in the keys' order. */
  getMany(keys: readonly ItemKey[]): Promise<Item[]>;
  removeMany(keys: AsyncIterable<ItemKey>): Promise<void>;
};

export function openItemTable(dynamodb: DynamoDBClient, tableName: string): ItemTable {
  const TableName = tableName;
  const client = DynamoDBDocumentClient.from(dynamodb, { marshallOptions: { removeUndefinedValues: true } });
  const get: ItemTable['get'] = async (key, attributes) => {
    const placeholders = createPlaceholders();
    const command = new GetCommand({
      TableName,
      Key: pickKey(key),
      ConsistentRead: true,
      ProjectionExpression: attributes?.map(placeholders.name).join(', '),
      ...placeholders.toInput(),
    });
    return (await translateErrors(client.send(command))).Item ?? null;
  };
  return {
    get,
    put: async (item, condition) => {
      const placeholders = createPlaceholders();
      const command = new PutCommand({
        TableName,
        Item: item,
        ConditionExpression: condition?.(placeholders),
        ...placeholders.toInput(),
      });
      return (await ignoreFailedCondition(client.send(command))).held;
    },
    update: async (key, change, conditions = []) => {
      const placeholders = createPlaceholders();
      const required = [...(change.createItem === true ? [] : [itemExists]), ...conditions];
      const command = new UpdateCommand({
        TableName,
        Key: pickKey(key),
        ConditionExpression: required.length === 0 ? undefined : allOf(...required)(placeholders),
        UpdateExpression: buildUpdateExpression(change, placeholders),
        ...placeholders.toInput(),
        ReturnValues: 'ALL_NEW',
      });
      const result = await ignoreFailedCondition(client.send(command));
      if (result.held) return result.output.Attributes ?? {};
      return result.attempts > 1 ? findOwnEarlierTry(await get(key), change) : null;
    },
    remove: async (key, condition) => {
      const placeholders = createPlaceholders();
      const command = new DeleteCommand({
        TableName,
        Key: pickKey(key),
        ConditionExpression: allOf(itemExists, ...(condition === undefined ? [] : [condition]))(placeholders),
        ...placeholders.toInput(),
      });
      return (await ignoreFailedCondition(client.send(command))).held;
    },
    query: (query) => queryPages(client, tableName, query),
    getMany: (keys) => getMany(client, tableName, keys),
    removeMany: async (keys) => {
      let pending: ItemKey[] = [];
      const flush = () => writeAll(client, tableName, pending);
      for await (const key of keys) {
        pending.push(key);
        if (pending.length < maxBatchWrite) continue;
        await flush();
        pending = [];
      }
      await flush();
    },
  };
}

const maxBatchWrite = 25;
const maxBatchGet = 100;
/** How often a batch is sent again for what the store left undone; the waits between add up to some seconds. */
const maxBatchTries = 12;

/**
 * A try whose answer was lost is sent again by the SDK and then fails its own condition. Where the item is exactly as the
 * change wanted it, the change was made: by that first try (or by another caller who wanted the same, for whom every
 * step is repeatable). An addition leaves no such trace, so it counts as refused.
 */
function findOwnEarlierTry(item: Item | null, change: Change): Item | null {
  if (item === null || change.add !== undefined) return null;
  const same = Object.entries(change.set ?? {})
    .filter(([, to]) => to !== undefined)
    .every(([attribute, to]) => isDeepStrictEqual(item[attribute] ?? null, to));
  return same && change.set !== undefined ? item : null;
}

async function* queryPages(client: DynamoDBDocumentClient, tableName: string, query: ItemQuery): AsyncGenerator<Item> {
  const input = buildQueryInput(tableName, query);
  try {
    for await (const { Items = [] } of paginateQuery({ client, startingToken: query.startAfter }, input)) yield* Items;
  } catch (error) {
    throw toStoreError(error);
  }
}

function buildQueryInput(tableName: string, query: ItemQuery): QueryCommandInput {
  const index = tableDefinition.indexes.find(({ name }) => name === query.index) ?? null;
  const { partitionKey, sortKey } = index ?? tableDefinition;
  const placeholders = createPlaceholders();
  const conditions = [`${placeholders.name(partitionKey)} = ${placeholders.value(query.partition)}`];
  if (query.range !== undefined) {
    const name = placeholders.name(sortKey);
    conditions.push(
      'prefix' in query.range
        ? `begins_with(${name}, ${placeholders.value(query.range.prefix)})`
        : `${name} BETWEEN ${placeholders.value(query.range.from)} AND ${placeholders.value(query.range.to)}`,
    );
  }
  return {
    TableName: tableName,
    KeyConditionExpression: conditions.join(' AND '),
    ScanIndexForward: query.newestFirst !== true,
    ...(index === null ? { ConsistentRead: true } : { IndexName: index.name }),
    Limit: query.pageSize,
    ProjectionExpression: query.attributes?.map(placeholders.name).join(', '),
    ...placeholders.toInput(),
  };
}

async function getMany(client: DynamoDBDocumentClient, tableName: string, keys: readonly ItemKey[]): Promise<Item[]> {
  const found = new Map<string, Item>();
  const name = ({ pk, sk }: ItemKey) => JSON.stringify([pk, sk]);
  for (let first = 0; first < keys.length; first += maxBatchGet) {
    const wanted = keys.slice(first, first + maxBatchGet).map(pickKey);
    await sendUntilDone(wanted, async (Keys) => {
      const output = await translateErrors(
        client.send(new BatchGetCommand({ RequestItems: { [tableName]: { Keys, ConsistentRead: true } } })),
      );
      for (const item of output.Responses?.[tableName] ?? [])
        found.set(name({ pk: String(item['pk']), sk: String(item['sk']) }), item);
      return output.UnprocessedKeys?.[tableName]?.Keys ?? [];
    });
  }
  return keys.map((key) => found.get(name(key))).filter((item) => item !== undefined);
}

async function writeAll(client: DynamoDBDocumentClient, tableName: string, keys: readonly ItemKey[]): Promise<void> {
  const requests = keys.map((key) => ({ DeleteRequest: { Key: pickKey(key) } }));
  await sendUntilDone(requests, async (pending) => {
    const output = await translateErrors(
      client.send(new BatchWriteCommand({ RequestItems: { [tableName]: pending } })),
    );
    return output.UnprocessedItems?.[tableName] ?? [];
  });
}

/** A batch may do a part and name the rest: that is no failed request, so the SDK does not retry it. */
async function sendUntilDone<T>(items: T[], send: (items: T[]) => Promise<unknown[]>): Promise<void> {
  let rest = items;
  for (let attempt = 0; rest.length > 0; attempt++) {
    if (attempt === maxBatchTries)
      throw toStoreError(Object.assign(new Error('A batch was left undone'), { name: 'ThrottlingException' }));
    if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, Math.min(1_000, 25 * 2 ** attempt)));
    rest = (await send(rest)) as T[]; // what is left undone comes back in the form it was sent
  }
}

async function translateErrors<T>(sending: Promise<T>): Promise<T> {
  try {
    return await sending;
  } catch (error) {
    throw toStoreError(error);
  }
}

async function ignoreFailedCondition<T>(
  sending: Promise<T>,
): Promise<{ held: true; output: T } | { held: false; attempts: number }> {
  try {
    return { held: true, output: await sending };
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException)
      return { held: false, attempts: error.$metadata.attempts ?? 1 };
    throw toStoreError(error);
  }
}

const pickKey = ({ pk, sk }: ItemKey): ItemKey => ({ pk, sk });
