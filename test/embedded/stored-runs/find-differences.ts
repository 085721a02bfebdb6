import { isDeepStrictEqual } from 'node:util';
import { formatPath, type Json, type Path } from './rename-report.ts';
import { proseFields } from './renamed.ts';

export type Difference = { path: string; stored: string; now: string };

const absent = '(absent)';
const maxShownLength = 160;

/**
 * Lists the values in which two reports differ, in the order of the stored one. The order of fields in an object and the
 * wording of texts do not matter. Everything else does, down to the last digit of a number.
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
    if (!isDeepStrictEqual(before, after) && !isReworded(before, after, path))
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

/** Returns the stored report with the texts of the other one, so that both read the same if nothing else differs. */
export function takeTexts(stored: Json, now: Json | undefined, path: Path = []): Json {
  if (isReworded(stored, now, path)) return now;
  if (!isContainer(stored) || !isContainer(now)) return stored;
  const other = new Map(Object.entries(now));
  const entries = Object.entries(stored).map(
    ([name, value]) => [name, takeTexts(value, other.get(name), [...path, name])] as const,
  );
  return Array.isArray(stored) ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}

/** A text has words. A single word is the name of a value. */
function isReworded(before: Json | undefined, after: Json | undefined, path: Path): after is string {
  const field = path.findLast((name) => !/^\d+$/.test(name)) ?? '';
  const isProse = proseFields.has(field) || path.slice(-2).join('/') === 'failure/message';
  return isProse && typeof before === 'string' && typeof after === 'string' && before.includes(' ');
}

function isContainer(value: Json | undefined): value is Json[] | { [name: string]: Json } {
  return typeof value === 'object' && value !== null;
}

function show(value: Json | undefined): string {
  const text = value === undefined ? absent : JSON.stringify(value);
  return text.length <= maxShownLength ? text : `${text.slice(0, maxShownLength)}…`;
}
