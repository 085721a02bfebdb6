import type { SiblingImport } from './read-siblings.ts';

type Floors = Readonly<Record<string, readonly (readonly string[])[]>>;

/** Returns the name of an entry in the table of floors: without its folder and `.ts`. */
function readName(entry: string): string {
  return (entry.split('/').at(-1) ?? '').replace(/\.ts$/, '');
}

function isFolder(entry: string): boolean {
  return !entry.endsWith('.ts');
}

function findFloor(rows: readonly (readonly string[])[], entry: string): number | undefined {
  const named = rows.findIndex((row) => row.includes(readName(entry)));
  if (named >= 0) return named;
  const others = rows.findIndex((row) => row.includes('*'));
  return others >= 0 && isFolder(entry) ? others : undefined;
}

/** Returns whether the import goes to a higher floor or to the same floor. */
export function breaksFloors(pair: SiblingImport, floors: Floors): boolean {
  const rows = floors[pair.folder];
  if (rows === undefined) return false;
  const from = findFloor(rows, pair.from);
  const to = findFloor(rows, pair.to);
  return from !== undefined && to !== undefined && from <= to;
}

/** Returns the pairs that are part of a cycle: the imported entry imports its importer, directly or indirectly. */
export function findCircles(pairs: readonly SiblingImport[]): SiblingImport[] {
  const targets = new Map<string, string[]>();
  for (const { from, to } of pairs) targets.set(from, [...(targets.get(from) ?? []), to]);
  const reaches = (start: string, end: string): boolean => {
    const seen = new Set([start]);
    for (const entry of seen) for (const next of targets.get(entry) ?? []) seen.add(next);
    return seen.has(end);
  };
  return pairs.filter(({ from, to }) => reaches(to, from));
}

/** Returns the folders that are missing in the table of floors. */
export function findUnplaced(entries: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return entries.filter((entry) => isFolder(entry) && findFloor(rows, entry) === undefined);
}
