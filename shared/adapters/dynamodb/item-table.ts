import { randomUUID } from 'node:crypto';
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
  anyOf,
  attributeIs,
  buildUpdateExpression,
  type Change,
  type Condition,
  createPlaceholders,
  isAbsent,
  itemExists,
  type Placeholders,
} from './expression.ts';
import type { ItemKey } from './keys.ts';
import type { Item } from './record.ts';
import { createUnavailableError, toStoreError, translateErrors } from './store-errors.ts';
import { tableDefinition } from './table.ts';

export type ItemQuery = {
  partition: string;
  /** Index to query; null queries the table with a consistent read. An index contains only keys and may be outdated. */
  index: (typeof tableDefinition.indexes)[number]['name'] | null;
  range?: { prefix: string } | { from: string; to: string };
  newestFirst?: boolean;
  startAfter?: Item | undefined;
  /** Maximum number of items per request to DynamoDB. The total is not limited. */
  pageSize?: number;
  attributes?: string[];
};

/** Operations on one DynamoDB table, for the stores. Reads by primary key are consistent reads. */
export type ItemTable = {
  get(key: ItemKey, attributes?: string[]): Promise<Item | null>;
  /** Writes the item. Returns false if the condition is not met. */
  put(item: ItemKey & Item, condition?: Condition): Promise<boolean>;
  /** Returns the updated item, or null if the item does not exist or a condition is not met. */
  update(key: ItemKey, change: Change, conditions?: readonly Condition[]): Promise<Item | null>;
  /** Removes the item if it meets the condition. Returns whether the item existed and was removed. */
  remove(key: ItemKey, condition?: Condition): Promise<boolean>;
  /** Iterates over the items, ordered by key. Fetches each page only when it is needed. */
  query(query: ItemQuery): AsyncIterable<Item>;
  /** Returns the items that exist, in the order of `keys`. The attributes must include `pk` and `sk`. Default: all. */
  getMany(keys: readonly ItemKey[], attributes?: readonly string[]): Promise<Item[]>;
  removeMany(keys: AsyncIterable<ItemKey> | Iterable<ItemKey>): Promise<void>;
  /** Reports the error of an item that a list skipped because it is damaged. */
  reportSkipped?(error: unknown): void;
};

export function openItemTable(
  dynamodb: DynamoDBClient,
  tableName: string,
  reportSkipped: (error: unknown) => void = () => undefined,
): ItemTable {
  const TableName = tableName;
  const client = DynamoDBDocumentClient.from(dynamodb, { marshallOptions: { removeUndefinedValues: true } });
  const get: ItemTable['get'] = async (key, attributes) => {
    const input = buildInput(TableName, ({ name }) => ({
      Key: pickKey(key),
      ConsistentRead: true,
      ProjectionExpression: attributes?.map(name).join(', '),
    }));
    return (await translateErrors(client.send(new GetCommand(input)))).Item ?? null;
  };
  return {
    reportSkipped,
    get,
    put: async (item, condition) => {
      const input = buildInput(TableName, (placeholders) => ({
        Item: item,
        ConditionExpression: condition?.(placeholders),
      }));
      return (await ignoreFailedCondition(client.send(new PutCommand(input)))).held;
    },
    update: (key, wanted, conditions = []) => updateItem(client, tableName, get, { key, wanted, conditions }),
    remove: async (key, condition) => {
      const required = condition === undefined ? itemExists : allOf(itemExists, condition);
      const input = buildInput(TableName, (placeholders) => ({
        Key: pickKey(key),
        ConditionExpression: required(placeholders),
      }));
      return (await ignoreFailedCondition(client.send(new DeleteCommand(input)))).held;
    },
    query: (query) => queryPages(client, tableName, query),
    getMany: (keys, attributes) => getMany(client, tableName, keys, attributes),
    removeMany: async (keys) => {
      let pending: ItemKey[] = [];
      const flush = () => removeBatch(client, tableName, pending);
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

async function updateItem(
  client: DynamoDBDocumentClient,
  TableName: string,
  get: ItemTable['get'],
  { key, wanted, conditions }: { key: ItemKey; wanted: Change; conditions: readonly Condition[] },
): Promise<Item | null> {
  const updateId = wanted.lostResponse === 'recognize' ? randomUUID() : null;
  const change = updateId === null ? wanted : { ...wanted, set: { ...wanted.set, updateId } };
  const isNew = updateId === null ? [] : [anyOf(isAbsent('updateId'), attributeIs('updateId', '<>', updateId))];
  const required = [...(change.createItem === true ? [] : [itemExists]), ...conditions, ...isNew];
  const input = buildInput(TableName, (placeholders) => ({
    Key: pickKey(key),
    ConditionExpression: required.length === 0 ? undefined : allOf(...required)(placeholders),
    UpdateExpression: buildUpdateExpression(change, placeholders),
    ReturnValues: 'ALL_NEW' as const,
  }));
  const command = new UpdateCommand(input);
  if (change.lostResponse === 'fail') forbidRepetition(command);
  const result = await ignoreFailedCondition(client.send(command));
  if (result.held) return result.output.Attributes ?? {};
  if (result.attempts === 1) return null;
  const item = await get(key);
  if (updateId !== null) return item?.['updateId'] === updateId ? item : null;
  return findOwnEarlierTry(item, change);
}

const maxBatchWrite = 25;
const maxBatchGet = 100;
/** Maximum number of tries for a batch request. Each try resends the unprocessed items. The waits total about 8 s. */
const maxBatchTries = 12;

/**
 * Detects an update that succeeded although its response was lost: the SDK repeated the update, and the condition
 * failed. The update succeeded if the item has all new values. An update with `add` cannot be checked in this way.
 */
function findOwnEarlierTry(item: Item | null, { set, add }: Change): Item | null {
  if (item === null || set === undefined || add !== undefined) return null;
  const isSet = ([attribute, to]: [string, unknown]) =>
    to === undefined || isDeepStrictEqual(item[attribute] ?? null, to);
  return Object.entries(set).every(isSet) ? item : null;
}

/** Makes a command fail with its first error, instead of letting the SDK send it again. */
function forbidRepetition(command: UpdateCommand): void {
  let cause: unknown = null;
  command.middlewareStack.add(
    (next) => async (args) => {
      // The SDK repeats a request only after certain errors. This is not one of them.
      if (cause !== null) throw new Error('The response to an update was lost', { cause });
      try {
        return await next(args);
      } catch (error) {
        cause = error;
        throw error;
      }
    },
    // The document client merges the stack of the command twice.
    { step: 'finalizeRequest', priority: 'low', name: 'forbidRepetition', override: true },
  );
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
  const { range, newestFirst, pageSize, attributes } = query;
  const index = tableDefinition.indexes.find(({ name }) => name === query.index) ?? null;
  const { partitionKey, sortKey } = index ?? tableDefinition;
  return buildInput(tableName, ({ name, value }) => {
    const conditions = [`${name(partitionKey)} = ${value(query.partition)}`];
    if (range !== undefined && 'prefix' in range)
      conditions.push(`begins_with(${name(sortKey)}, ${value(range.prefix)})`);
    else if (range !== undefined)
      conditions.push(`${name(sortKey)} BETWEEN ${value(range.from)} AND ${value(range.to)}`);
    return {
      KeyConditionExpression: conditions.join(' AND '),
      ScanIndexForward: newestFirst !== true,
      ...(index === null ? { ConsistentRead: true } : { IndexName: index.name }),
      Limit: pageSize,
      ProjectionExpression: attributes?.map(name).join(', '),
    };
  });
}

/** Builds the input of one DynamoDB request from the fields that `write` returns, and adds the placeholders. */
function buildInput<T>(tableName: string, write: (placeholders: Placeholders) => T) {
  const placeholders = createPlaceholders();
  const input = write(placeholders);
  return { TableName: tableName, ...input, ...placeholders.toInput() };
}

async function getMany(
  client: DynamoDBDocumentClient,
  tableName: string,
  keys: readonly ItemKey[],
  attributes?: readonly string[],
): Promise<Item[]> {
  const found = new Map<string, Item>();
  const nameKey = ({ pk, sk }: Item) => JSON.stringify([pk, sk]);
  for (let first = 0; first < keys.length; first += maxBatchGet) {
    const wanted = keys.slice(first, first + maxBatchGet).map(pickKey);
    await sendUntilDone(wanted, async (Keys) => {
      const { TableName, ...request } = buildInput(tableName, ({ name }) => ({
        Keys,
        ConsistentRead: true,
        ProjectionExpression: attributes?.map(name).join(', '),
      }));
      const command = new BatchGetCommand({ RequestItems: { [TableName]: request } });
      const output = await translateErrors(client.send(command));
      for (const item of output.Responses?.[tableName] ?? []) found.set(nameKey(item), item);
      return output.UnprocessedKeys?.[tableName]?.Keys ?? [];
    });
  }
  return keys.map((key) => found.get(nameKey(key))).filter((item) => item !== undefined);
}

async function removeBatch(client: DynamoDBDocumentClient, tableName: string, keys: readonly ItemKey[]): Promise<void> {
  const requests = keys.map((key) => ({ DeleteRequest: { Key: pickKey(key) } }));
  await sendUntilDone(requests, async (pending) => {
    const command = new BatchWriteCommand({ RequestItems: { [tableName]: pending } });
    return (await translateErrors(client.send(command))).UnprocessedItems?.[tableName] ?? [];
  });
}

/** Sends a batch request, and resends the items that DynamoDB returns as unprocessed. The SDK does not resend them. */
async function sendUntilDone<T>(items: T[], send: (items: T[]) => Promise<unknown[]>): Promise<void> {
  let rest = items;
  for (let attempt = 0; rest.length > 0; attempt++) {
    if (attempt === maxBatchTries)
      throw createUnavailableError(new Error('DynamoDB did not process all items of a batch request'));
    if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, Math.min(1_000, 25 * 2 ** attempt)));
    rest = (await send(rest)) as T[]; // unprocessed items have the same form as the sent items
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
