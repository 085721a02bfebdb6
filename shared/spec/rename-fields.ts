/** A JSON object as it was stored, before its schema has read it. */
export type StoredObject = Record<string, unknown>;

export function isStoredObject(value: unknown): value is StoredObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Returns a copy of an object with fields under their present names; anything else comes back as it is. A field that
 * already has its present name wins.
 * @param names earlier name → present name
 */
export function renameFields(value: unknown, names: Readonly<Record<string, string>>): unknown {
  if (!isStoredObject(value)) return value;
  const entries = Object.entries(value).filter(
    ([name]) => !(Object.hasOwn(names, name) && (names[name] ?? '') in value),
  );
  return Object.fromEntries(
    entries.map(([name, own]) => [Object.hasOwn(names, name) ? (names[name] ?? name) : name, own]),
  );
}

/** Returns a copy of an object with the named fields changed; anything else, and fields it lacks, stay as they are. */
export function changeFields(value: unknown, changes: Readonly<Record<string, (own: unknown) => unknown>>): unknown {
  if (!isStoredObject(value)) return value;
  const changed = Object.entries(changes).filter(([name]) => Object.hasOwn(value, name));
  return { ...value, ...Object.fromEntries(changed.map(([name, change]) => [name, change(value[name])])) };
}

/** Lifts a change of one item to a change of a list; anything that is not a list stays as it is. */
export function changeEach(change: (item: unknown) => unknown): (list: unknown) => unknown {
  return (list) => (Array.isArray(list) ? list.map(change) : list);
}

/** Returns the present word for a stored one; anything else comes back as it is. */
export function renameWord(value: unknown, words: Readonly<Record<string, string>>): unknown {
  return typeof value === 'string' && Object.hasOwn(words, value) ? words[value] : value;
}
