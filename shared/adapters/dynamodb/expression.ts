import type { Expect } from '../../ports.ts';
import { earlierAttributes } from './upgrade-item.ts';

/** Collects the names and values of one request's expressions; every attribute goes by a placeholder, so none can be a reserved word. */
export type Placeholders = {
  name(attribute: string): string;
  value(value: unknown): string;
  /** What to send with the expressions; undefined where they have none. */
  toInput(): {
    ExpressionAttributeNames: Record<string, string> | undefined;
    ExpressionAttributeValues: Record<string, unknown> | undefined;
  };
};

/** Part of a condition, written once the request's placeholders are known. */
export type Condition = (placeholders: Placeholders) => string;

export function createPlaceholders(): Placeholders {
  const names = new Map<string, string>();
  const values: Record<string, unknown> = {};
  return {
    name: (attribute) => {
      const name = names.get(attribute) ?? `#n${names.size}`;
      names.set(attribute, name);
      return name;
    },
    value: (value) => {
      const name = `:v${Object.keys(values).length}`;
      values[name] = value;
      return name;
    },
    toInput: () => ({
      ExpressionAttributeNames:
        names.size === 0 ? undefined : Object.fromEntries([...names].map(([attribute, name]) => [name, attribute])),
      ExpressionAttributeValues: Object.keys(values).length === 0 ? undefined : values,
    }),
  };
}

export const itemExists: Condition = ({ name }) => `attribute_exists(${name('pk')})`;
export const itemIsAbsent: Condition = ({ name }) => `attribute_not_exists(${name('pk')})`;
export const attributeIs =
  (attribute: string, operator: '=' | '<' | '<=' | '>' | '>=', wanted: unknown): Condition =>
  ({ name, value }) =>
    `${name(attribute)} ${operator} ${value(wanted)}`;
export const anyOf =
  (...conditions: Condition[]): Condition =>
  (placeholders) =>
    `(${conditions.map((condition) => condition(placeholders)).join(' OR ')})`;
export const allOf =
  (...conditions: Condition[]): Condition =>
  (placeholders) =>
    conditions.map((condition) => condition(placeholders)).join(' AND ');

/**
 * The condition that an `Expect` states. Null means the attribute is absent, which is how null is stored.
 * @throws Error for an expectation of an object or a list: DynamoDB would compare those, but not every store of its protocol does
 */
export function buildExpectations<T>(expect: Expect<T>): Condition[] {
  return Object.entries(expect)
    .filter(([, wanted]) => wanted !== undefined)
    .map(([attribute, wanted]) =>
      Array.isArray(wanted)
        ? anyOf(...wanted.map((one) => expectValue(attribute, one)))
        : expectValue(attribute, wanted),
    );
}

function expectValue(attribute: string, wanted: unknown): Condition {
  if (wanted === null) return isAbsent(attribute);
  if (typeof wanted === 'string' || typeof wanted === 'number' || typeof wanted === 'boolean') {
    const earlier = earlierAttributes[attribute];
    const isWanted = attributeIs(attribute, '=', wanted);
    if (earlier === undefined) return isWanted;
    return anyOf(isWanted, allOf(isAbsent(attribute), attributeIs(earlier, '=', wanted)));
  }
  throw new Error(
    `An update can only expect strings, numbers, booleans and null, but ${attribute} is expected to be ${typeof wanted}`,
  );
}

const isAbsent =
  (attribute: string): Condition =>
  ({ name }) =>
    `attribute_not_exists(${name(attribute)})`;

/** True where an expectation can never hold: a list of no alternatives. */
export function isImpossible<T>(expect: Expect<T>): boolean {
  return Object.values(expect).some((wanted) => Array.isArray(wanted) && wanted.length === 0);
}

/** What an update does to the attributes of one item. */
export type Change = {
  /** Null removes the attribute. */
  set?: Record<string, unknown>;
  setIfAbsent?: Record<string, unknown>;
  /** Numbers are added; members join a set. */
  add?: Record<string, number | Set<string>>;
  /** Makes the item if there is none; otherwise only an item that exists is changed. */
  createItem?: boolean;
};

/** The update expression of a change; undefined where it changes nothing. */
export function buildUpdateExpression(change: Change, { name, value }: Placeholders): string | undefined {
  const entries = Object.entries(change.set ?? {}).filter(([, to]) => to !== undefined);
  const sets = [
    ...entries.filter(([, to]) => to !== null).map(([attribute, to]) => `${name(attribute)} = ${value(to)}`),
    ...Object.entries(change.setIfAbsent ?? {}).map(
      ([attribute, to]) => `${name(attribute)} = if_not_exists(${name(attribute)}, ${value(to)})`,
    ),
  ];
  const removes = entries.filter(([, to]) => to === null).map(([attribute]) => name(attribute));
  const adds = Object.entries(change.add ?? {}).map(([attribute, to]) => `${name(attribute)} ${value(to)}`);
  const clauses = [
    ['SET', sets],
    ['REMOVE', removes],
    ['ADD', adds],
  ] as const;
  const expression = clauses
    .filter(([, parts]) => parts.length > 0)
    .map(([keyword, parts]) => `${keyword} ${parts.join(', ')}`)
    .join(' ');
  return expression === '' ? undefined : expression;
}
