/** A JSON object as it was stored, before its schema has read it. */
export type StoredObject = Record<string, unknown>;

export function isStoredObject(value: unknown): value is StoredObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/*
 * What has nothing to change comes back as it is, the same object: so a caller can tell whether a value had earlier names.
 */

/**
 * Returns an object with fields under their present names. A field that already has its present name wins.
 * @param names earlier name → present name
 */
export function renameFields(value: unknown, names: Readonly<Record<string, string>>): unknown {
  if (!isStoredObject(value) || !Object.keys(names).some((name) => Object.hasOwn(value, name))) return value;
  const entries = Object.entries(value).filter(
    ([name]) => !(Object.hasOwn(names, name) && (names[name] ?? '') in value),
  );
  return Object.fromEntries(
    entries.map(([name, own]) => [Object.hasOwn(names, name) ? (names[name] ?? name) : name, own]),
  );
}

/** Returns an object with the named fields changed; fields it lacks stay absent. */
export function changeFields(value: unknown, changes: Readonly<Record<string, (own: unknown) => unknown>>): unknown {
  if (!isStoredObject(value)) return value;
  const changed = Object.entries(changes)
    .filter(([name]) => Object.hasOwn(value, name))
    .map(([name, change]) => [name, change(value[name])] as const)
    .filter(([name, own]) => own !== value[name]);
  return changed.length === 0 ? value : { ...value, ...Object.fromEntries(changed) };
}

/** Lifts a change of one item to a change of a list. */
export function changeEach(change: (item: unknown) => unknown): (list: unknown) => unknown {
  return (list) => {
    if (!Array.isArray(list)) return list;
    const changed = list.map((item) => change(item));
    return changed.some((item, index) => item !== list[index]) ? changed : list;
  };
}

/** Returns the present word for a stored one. */
export function renameWord(value: unknown, words: Readonly<Record<string, string>>): unknown {
  return typeof value === 'string' && Object.hasOwn(words, value) ? words[value] : value;
}
