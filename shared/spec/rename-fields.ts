/** A stored JSON object that a schema has not validated yet. */
export type StoredObject = Record<string, unknown>;

export function isStoredObject(value: unknown): value is StoredObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/* If nothing changes, each function below returns the same object, so that callers can detect changes with `===`. */

/**
 * Renames fields that have an earlier name. If the object has both names, the field with the current name is kept.
 * @param names maps earlier names to current names
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

/** Applies functions to fields of an object. Ignores fields that the object does not have. */
export function changeFields(value: unknown, changes: Readonly<Record<string, (own: unknown) => unknown>>): unknown {
  if (!isStoredObject(value)) return value;
  const changed = Object.entries(changes)
    .filter(([name]) => Object.hasOwn(value, name))
    .map(([name, change]) => [name, change(value[name])] as const)
    .filter(([name, own]) => own !== value[name]);
  return changed.length === 0 ? value : { ...value, ...Object.fromEntries(changed) };
}

/** Creates a function that applies `change` to each item of a list. */
export function changeEach(change: (item: unknown) => unknown): (list: unknown) => unknown {
  return (list) => {
    if (!Array.isArray(list)) return list;
    const changed = list.map((item) => change(item));
    return changed.some((item, index) => item !== list[index]) ? changed : list;
  };
}

/** Returns the current spelling of a stored word, or the value itself if `words` does not contain it. */
export function renameWord(value: unknown, words: Readonly<Record<string, string>>): unknown {
  return typeof value === 'string' && Object.hasOwn(words, value) ? words[value] : value;
}
