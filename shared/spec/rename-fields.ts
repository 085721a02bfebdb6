/** A stored JSON object that a schema has not validated yet. */
export type StoredObject = Record<string, unknown>;

export function isStoredObject(value: unknown): value is StoredObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export type Change = (value: unknown) => unknown;
type Changes = Readonly<Record<string, Change>>;

/* If nothing changes, a `Change` returns the same object, so that callers can detect changes with `===`. */

/**
 * Creates a change that renames fields with an earlier name, and then applies `changes` to the renamed fields. If the
 * object has both names of a field, the field with the current name is kept. `names` maps earlier to current names.
 */
export function renameFields(names: Readonly<Record<string, string>>, changes: Changes = {}): Change {
  const change = changeFields(changes);
  return (value) => {
    if (!isStoredObject(value) || !Object.keys(names).some((name) => Object.hasOwn(value, name))) return change(value);
    const entries = Object.entries(value).filter(
      ([name]) => !(Object.hasOwn(names, name) && (names[name] ?? '') in value),
    );
    const renamed = entries.map(([name, own]) => [Object.hasOwn(names, name) ? (names[name] ?? name) : name, own]);
    return change(Object.fromEntries(renamed));
  };
}

/** Creates a change that applies functions to fields of an object. It ignores fields that the object does not have. */
export function changeFields(changes: Changes): Change {
  return (value) => {
    if (!isStoredObject(value)) return value;
    const changed = Object.entries(changes)
      .filter(([name]) => Object.hasOwn(value, name))
      .map(([name, change]) => [name, change(value[name])] as const)
      .filter(([name, own]) => own !== value[name]);
    return changed.length === 0 ? value : { ...value, ...Object.fromEntries(changed) };
  };
}

/** Creates a change that applies `change` to each item of a list. */
export function changeEach(change: Change): Change {
  return (list) => {
    if (!Array.isArray(list)) return list;
    const changed = list.map((item) => change(item));
    return changed.some((item, index) => item !== list[index]) ? changed : list;
  };
}

/** Creates a change that returns the current spelling of a word, or the value itself if `words` does not contain it. */
export function renameWords(words: Readonly<Record<string, string>>): Change {
  return (value) => (typeof value === 'string' && Object.hasOwn(words, value) ? words[value] : value);
}
