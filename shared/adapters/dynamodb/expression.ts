import type { Expect } from '../../tenant-stores.ts';
import { earlierAttributes } from './record.ts';

export type Placeholders = ReturnType<typeof createPlaceholders>;

/** Returns a condition expression in which placeholders replace names and values. */
export type Condition = (placeholders: Placeholders) => string;

/** Creates placeholders for all attribute names and values in one request, because some names are reserved words. */
export function createPlaceholders() {
  const names = new Map<string, string>();
  const values: Record<string, unknown> = {};
  return {
    name: (attribute: string) => {
      const name = names.get(attribute) ?? `#n${names.size}`;
      names.set(attribute, name);
      return name;
    },
    value: (value: unknown) => {
      const name = `:v${Object.keys(values).length}`;
      values[name] = value;
      return name;
    },
    /** Returns the request fields that define the placeholders. A field is undefined if it would be empty. */
    toInput: () => ({
      ExpressionAttributeNames:
        names.size === 0 ? undefined : Object.fromEntries([...names].map(([attribute, name]) => [name, attribute])),
      ExpressionAttributeValues: Object.keys(values).length === 0 ? undefined : values,
    }),
  };
}

export const isAbsent =
  (attribute: string): Condition =>
  ({ name }) =>
    `attribute_not_exists(${name(attribute)})`;
export const isPresent =
  (attribute: string): Condition =>
  ({ name }) =>
    `attribute_exists(${name(attribute)})`;
export const itemExists = isPresent('pk');
export const itemIsAbsent = isAbsent('pk');
export const attributeIs =
  (attribute: string, operator: '=' | '<>' | '<' | '<=' | '>' | '>=', wanted: unknown): Condition =>
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
 * Builds the conditions for an `Expect`. An expected null requires the attribute to be absent, as nulls are not stored.
 * @throws Error for an expected object, because some DynamoDB-compatible servers cannot compare objects
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
    const earlierName = earlierAttributes[attribute];
    const isWanted = attributeIs(attribute, '=', wanted);
    if (earlierName === undefined) return isWanted;
    return anyOf(isWanted, allOf(isAbsent(attribute), attributeIs(earlierName, '=', wanted)));
  }
  throw new Error(
    `Internal error: the condition of an update can compare only strings, numbers, booleans, and null, but the expected value of ${attribute} has the type ${typeof wanted}`,
  );
}

export type Change = {
  /** New attribute values. Null removes the attribute. */
  set?: Record<string, unknown>;
  setIfAbsent?: Record<string, unknown>;
  /** Numbers to add to numeric attributes, and members to add to sets. */
  add?: Record<string, number | Set<string>>;
  /** Whether to create the item if it does not exist. Default: false. */
  createItem?: boolean;
  /**
   * What happens if the response of the update is lost. By default, the SDK repeats the update, which can apply it twice
   * if its conditions still hold. `recognize` stores an id with the update, so that a repetition is recognized, unless
   * another such update came in between. `fail` throws an error instead of repeating the update.
   */
  lostResponse?: 'recognize' | 'fail';
};

/** Builds the update expression for a change. Returns undefined if the change is empty. */
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
  const clauses = Object.entries({ SET: sets, REMOVE: removes, ADD: adds }).filter(([, parts]) => parts.length > 0);
  const expression = clauses.map(([keyword, parts]) => `${keyword} ${parts.join(', ')}`).join(' ');
  return expression === '' ? undefined : expression;
}
