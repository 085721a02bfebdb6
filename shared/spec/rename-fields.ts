/** A stored JSON object, before its schema parses it. */
export type StoredObject = Record<string, unknown>;

export function isStoredObject(value: unknown): value is StoredObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/* These functions return the same object if nothing changes, so that a caller can detect earlier names. */

/**
 * Renames earlier field names of an object. A field that already has its current name takes precedence.
 * @param names map from earlier to current names
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

/** Changes the named fields of an object. Absent fields stay absent. */
export function changeFields(value: unknown, changes: Readonly<Record<string, (own: unknown) => unknown>>): unknown {
  if (!isStoredObject(value)) return value;
  const changed = Object.entries(changes)
    .filter(([name]) => Object.hasOwn(value, name))
    .map(([name, change]) => [name, change(value[name])] as const)
    .filter(([name, own]) => own !== value[name]);
  return changed.length === 0 ? value : { ...value, ...Object.fromEntries(changed) };
}

/** Creates a function that applies a change to each item of a list. */
export function changeEach(change: (item: unknown) => unknown): (list: unknown) => unknown {
  return (list) => {
    if (!Array.isArray(list)) return list;
    const changed = list.map((item) => change(item));
    return changed.some((item, index) => item !== list[index]) ? changed : list;
  };
}

/** Returns the current word for a stored word. */
export function renameWord(value: unknown, words: Readonly<Record<string, string>>): unknown {
  return typeof value === 'string' && Object.hasOwn(words, value) ? words[value] : value;
}
