import { type Change, type Condition, createPlaceholders } from '../../../shared/adapters/dynamodb/expression.ts';
import type { ItemQuery, ItemTable } from '../../../shared/adapters/dynamodb/item-table.ts';
import type { ItemKey } from '../../../shared/adapters/dynamodb/keys.ts';
import type { Item } from '../../../shared/adapters/dynamodb/record.ts';
import { tableDefinition } from '../../../shared/adapters/dynamodb/table.ts';

/**
 * Creates a table of items in memory, for the real stores of unit tests. It keeps the contract of the stores, as the
 * embedded DynamoDB does: conditional writes, sets, sparse indexes of keys, and order by key.
 */
export function createMemoryTable(items = new Map<string, Item>()): ItemTable {
  const nameKey = ({ pk, sk }: ItemKey) => JSON.stringify([pk, sk]);
  const get: ItemTable['get'] = async (key, attributes) => {
    const item = items.get(nameKey(key));
    return item === undefined ? null : pick(item, attributes);
  };
  return {
    get,
    put: async (item, condition) => {
      if (condition !== undefined && !holds(condition, items.get(nameKey(item)))) return false;
      items.set(nameKey(item), toStored(item));
      return true;
    },
    update: async ({ pk, sk }, change, conditions = []) => {
      const before = items.get(nameKey({ pk, sk }));
      if (before === undefined && change.createItem !== true) return null;
      if (!conditions.every((condition) => holds(condition, before))) return null;
      const after = toStored(applyChange(before ?? { pk, sk }, change));
      items.set(nameKey({ pk, sk }), after);
      return structuredClone(after);
    },
    remove: async (key, condition) => {
      const item = items.get(nameKey(key));
      if (item === undefined || (condition !== undefined && !holds(condition, item))) return false;
      return items.delete(nameKey(key));
    },
    async *query(query) {
      for (const item of findItems([...items.values()], query)) yield item;
    },
    getMany: async (keys) => (await Promise.all(keys.map((key) => get(key)))).filter((item) => item !== null),
    removeMany: async (keys) => {
      for await (const key of keys) items.delete(nameKey(key));
    },
  };
}

/** Copies an item as DynamoDB would keep it: without what is undefined. */
function toStored(item: Item): Item {
  return structuredClone(Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined)));
}

function pick(item: Item, attributes: readonly string[] | undefined): Item {
  const copy = structuredClone(item);
  if (attributes === undefined) return copy;
  return Object.fromEntries(Object.entries(copy).filter(([name]) => attributes.includes(name)));
}

function applyChange(before: Item, { set = {}, setIfAbsent = {}, add = {} }: Change): Item {
  const after: Item = { ...before };
  for (const [name, to] of Object.entries(set)) {
    if (to === null) delete after[name];
    else if (to !== undefined) after[name] = to;
  }
  for (const [name, to] of Object.entries(setIfAbsent)) after[name] ??= to;
  for (const [name, to] of Object.entries(add)) {
    const old = after[name];
    after[name] = typeof to === 'number' ? Number(old ?? 0) + to : new Set([...(old instanceof Set ? old : []), ...to]);
  }
  return after;
}

/** Evaluates the text of a condition: comparisons and tests for presence, joined by AND, OR, and parentheses. */
function holds(condition: Condition, item: Item | undefined): boolean {
  const placeholders = createPlaceholders();
  const text = condition(placeholders);
  const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = placeholders.toInput();
  const evaluate = (part: string): boolean => {
    const alternatives = splitOutside(part, ' OR ');
    if (alternatives.length > 1) return alternatives.some(evaluate);
    const terms = splitOutside(part, ' AND ');
    if (terms.length > 1) return terms.every(evaluate);
    if (part.startsWith('(')) return evaluate(part.slice(1, -1));
    const presence = /^attribute_(not_)?exists\((#n\d+)\)$/.exec(part);
    if (presence !== null) return (item?.[names[presence[2] ?? ''] ?? ''] === undefined) === (presence[1] === 'not_');
    const [name = '', operator = '', value = ''] = part.split(' ');
    return compares(item?.[names[name] ?? ''], operator, values[value]);
  };
  return evaluate(text);
}

/** Splits a text at each separator that is outside parentheses. */
function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    if (depth > 0 || !text.startsWith(separator, at)) continue;
    parts.push(text.slice(start, at));
    start = at + separator.length;
  }
  return [...parts, text.slice(start)];
}

function compares(actual: unknown, operator: string, wanted: unknown): boolean {
  if (operator === '=') return actual === wanted;
  if (operator === '<>') return actual !== wanted;
  if (typeof actual !== typeof wanted || actual === undefined) return false;
  const [a, b] = [actual as number | string, wanted as number | string]; // the stores order numbers and texts only
  const results: Record<string, boolean> = { '<': a < b, '<=': a <= b, '>': a > b, '>=': a >= b };
  const result = results[operator];
  if (result === undefined) throw new Error(`The memory table does not support the operator ${operator}.`);
  return result;
}

function findItems(items: readonly Item[], query: ItemQuery): Item[] {
  const index = tableDefinition.indexes.find(({ name }) => name === query.index) ?? null;
  const { partitionKey, sortKey } = index ?? tableDefinition;
  const order = (item: Item) => [sortKey, 'pk', 'sk'].map((name) => String(item[name])).join('\u0000');
  const direction = query.newestFirst === true ? -1 : 1;
  const isAfter = (item: Item) =>
    query.startAfter === undefined || direction * (order(item) > order(query.startAfter) ? 1 : -1) > 0;
  const projection = index === null ? query.attributes : ['pk', 'sk', partitionKey, sortKey];
  return items
    .filter((item) => item[partitionKey] === query.partition && isInRange(item[sortKey], query.range))
    .toSorted((a, b) => direction * (order(a) < order(b) ? -1 : 1))
    .filter((item) => isAfter(item) && (query.startAfter === undefined || order(item) !== order(query.startAfter)))
    .map((item) => pick(item, projection));
}

function isInRange(value: unknown, range: ItemQuery['range']): boolean {
  if (typeof value !== 'string') return false;
  if (range === undefined) return true;
  return 'prefix' in range ? value.startsWith(range.prefix) : value >= range.from && value <= range.to;
}
