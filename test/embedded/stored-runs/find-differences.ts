import { isDeepStrictEqual } from 'node:util';
import { formatPath, type Json, type Path } from './rename-report.ts';

export type Difference = { path: string; stored: string; now: string };

const absent = '(absent)';
const maxShownLength = 160;

/**
 * Lists the values in which two reports differ, in the order of the stored one. The order of fields in an object does not
 * matter. Everything else does, down to the last digit of a number.
 * @param isSkipped returns whether a value only has to be present
 */
export function findDifferences(
  stored: Json,
  now: Json,
  isSkipped: (path: Path) => boolean = () => false,
): Difference[] {
  const differences: Difference[] = [];
  const compare = (before: Json | undefined, after: Json | undefined, path: Path): void => {
    if (isSkipped(path) && before !== undefined && after !== undefined) return;
    if (isContainer(before) && isContainer(after) && Array.isArray(before) === Array.isArray(after)) {
      const [own, other] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
      for (const name of new Set([...own.keys(), ...other.keys()]))
        compare(own.get(name), other.get(name), [...path, name]);
      return;
    }
    if (!isDeepStrictEqual(before, after))
      differences.push({ path: formatPath(path), stored: show(before), now: show(after) });
  };
  compare(stored, now, []);
  return differences;
}

/** Describes the first differences, one per line, and counts the rest. */
export function describeDifferences(differences: readonly Difference[], shown = 10): string {
  const lines = differences.slice(0, shown).map(({ path, stored, now }) => `${path}: stored ${stored}, now ${now}`);
  const rest = differences.length - lines.length;
  return [...lines, ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n');
}

function isContainer(value: Json | undefined): value is Json[] | { [name: string]: Json } {
  return typeof value === 'object' && value !== null;
}

function show(value: Json | undefined): string {
  const text = value === undefined ? absent : JSON.stringify(value);
  return text.length <= maxShownLength ? text : `${text.slice(0, maxShownLength)}…`;
}
