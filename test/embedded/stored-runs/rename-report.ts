import type { AddedField, FieldRename, ValueRename } from './renamed.ts';

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** The names and indices that lead to a value in a report. */
export type Path = readonly string[];

export type Renames = {
  fields: readonly FieldRename[];
  values: readonly ValueRename[];
  added?: readonly AddedField[];
};

/**
 * Returns the report under the current names, with the fields that have been added since.
 * @param used collects every rename that matched something
 * @throws Error if two fields of an object end up with one name, or if a replacement within a text changes a digit
 */
export function renameReport(
  report: Json,
  { fields, values, added = [] }: Renames,
  used: Set<FieldRename | ValueRename>,
): Json {
  const fieldsWithin = fields.map((rename) => ({ rename, matches: pathMatcher(rename.within) }));
  const valuesAt = values.map((rename) => ({ rename, matches: pathMatcher(rename.at) }));

  const addedWithin = added.map((field) => ({ ...field, matches: pathMatcher(field.within) }));

  const renameAt = (value: Json, path: Path): Json => {
    if (Array.isArray(value)) return value.map((item, index) => renameAt(item, [...path, String(index)]));
    if (typeof value === 'object' && value !== null) return renameObject(value, path);
    let renamed: Json = value;
    for (const { rename, matches } of valuesAt) {
      if (!matches(path)) continue;
      const next = renameValue(renamed, rename, path);
      if (next !== renamed) used.add(rename);
      renamed = next;
    }
    return renamed;
  };

  const renameObject = (object: { [name: string]: Json }, path: Path): Json => {
    const renamed: { [name: string]: Json } = {};
    for (const [name, value] of Object.entries(object)) {
      const found = fieldsWithin.find(({ rename, matches }) => rename.from === name && matches(path))?.rename;
      if (found !== undefined) used.add(found);
      const to = found?.to ?? name;
      if (Object.hasOwn(renamed, to)) throw new Error(`Two fields of ${formatPath(path)} end up with the name ${to}`);
      renamed[to] = renameAt(value, [...path, name]);
    }
    for (const { name, value, matches } of addedWithin) if (matches(path)) renamed[name] ??= value;
    return renamed;
  };

  return renameAt(report, []);
}

function renameValue(value: Json, { from, to }: ValueRename, path: Path): Json {
  if (!(from instanceof RegExp)) return value === from ? to : value;
  if (typeof value !== 'string') return value;
  const renamed = value.replace(from, String(to));
  if (findDigits(renamed) !== findDigits(value))
    throw new Error(`${from} changes a digit at ${formatPath(path)}: "${value}" becomes "${renamed}"`);
  return renamed;
}

function findDigits(text: string): string {
  return text.replaceAll(/\D/g, '');
}

/** Returns a function that tells whether a path matches the pattern. `*` is any one step, `**` any number of steps. */
export function pathMatcher(pattern: string): (path: Path) => boolean {
  const steps = pattern.split('/').slice(1);
  const matches = (path: Path, at: number, step: number): boolean => {
    if (step === steps.length) return at === path.length;
    if (steps[step] === '**') return matches(path, at, step + 1) || (at < path.length && matches(path, at + 1, step));
    return at < path.length && (steps[step] === '*' || steps[step] === path[at]) && matches(path, at + 1, step + 1);
  };
  return (path) => matches(path, 0, 0);
}

export function formatPath(path: Path): string {
  return `/${path.join('/')}`;
}
