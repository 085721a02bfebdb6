import { visit } from 'jsonc-parser';
import { buildJsonPointer, type Fault } from '../../../../shared/errors/app-error.ts';
import { isInNumberRange, numberRange } from '../../../../shared/number-schema.ts';

/** Maximum nesting depth of a JSON body: more than any useful body needs, and safe for recursive functions. */
const maxDepth = 32;
const maxFaults = 20;

/** A value in a JSON body. Its path is built only for a fault, because a body can have a million values. */
type Place = { value: unknown; name: string; parent: Place | null; depth: number };

/** Checks the rules that apply to every JSON body. */
export function checkJsonValue(root: unknown): Fault[] {
  return findFaults(root, { ofValue: findFault, ofName: findNameFault });
}

/** Checks that every number of a JSON body is in the range of all numbers. */
export function checkNumberRange(root: unknown): Fault[] {
  const ofValue = (value: unknown) => (typeof value === 'number' ? findRangeFault(value) : null);
  return findFaults(root, { ofValue, ofName: () => null });
}

type Rules = {
  ofValue(value: unknown, depth: number): Words | null;
  /** Finds the fault of a field name. */
  ofName(name: string): Words | null;
};

/** Checks a value and all values in it. Does not use recursion, because the value may be deeply nested. */
function findFaults(root: unknown, { ofValue, ofName }: Rules): Fault[] {
  const faults: Fault[] = [];
  const pending: Place[] = [{ value: root, name: '', parent: null, depth: 0 }];
  for (let place = pending.pop(); place !== undefined && faults.length < maxFaults; place = pending.pop()) {
    const { value, depth } = place;
    const fault = ofValue(value, depth);
    if (fault !== null) faults.push({ pointer: buildPointer(place), ...fault });
    else if (typeof value === 'object' && value !== null)
      for (const [name, child] of Object.entries(value)) {
        const nameFault = Array.isArray(value) ? null : ofName(name);
        if (nameFault === null) pending.push({ value: child, name, parent: place, depth: depth + 1 });
        else faults.push({ pointer: buildPointer(place), ...nameFault });
      }
  }
  return faults;
}

function buildPointer(place: Place): string {
  const path: string[] = [];
  for (let { name, parent } = place; parent !== null; { name, parent } = parent) path.unshift(name);
  return buildJsonPointer(path);
}

/** Returns the JSON pointer of the first duplicate field name, or null. `JSON.parse` would keep only the last value. */
export function findDuplicateName(text: string): string | null {
  const open: Set<string>[] = [];
  let duplicate: string | null = null;
  visit(text, {
    onObjectBegin: () => void open.push(new Set()),
    onObjectEnd: () => void open.pop(),
    onObjectProperty: (name, _offset, _length, _line, _character, pathOfObject) => {
      const names = open.at(-1);
      if (names?.has(name)) duplicate ??= buildJsonPointer([...pathOfObject(), name]);
      names?.add(name);
    },
  });
  return duplicate;
}

type Words = Omit<Fault, 'pointer'>;

function findFault(value: unknown, depth: number): Words | null {
  if (typeof value === 'string') return findTextFault(value);
  if (typeof value === 'number') return findNumberFault(value);
  if (typeof value === 'object' && value !== null && depth >= maxDepth)
    return {
      fault: `is nested more than ${maxDepth} levels deep`,
      remedy: `Nest objects and arrays at most ${maxDepth} levels deep`,
    };
  return null;
}

function findNameFault(name: string): Words | null {
  if (name === '__proto__') return { fault: 'contains a field named __proto__', remedy: 'Remove or rename it' };
  const words = findTextFault(name);
  return words === null ? null : { fault: `has a field whose name ${words.fault}`, remedy: words.remedy };
}

function findTextFault(text: string): Words | null {
  if (text.includes('\0')) return { fault: 'contains the NUL character (\\u0000)', remedy: 'Remove it' };
  if (text.isWellFormed()) return null;
  const remedy = 'For a character above U+FFFF, send both halves of its surrogate pair, or send it unescaped in UTF-8';
  return { fault: 'contains half of a UTF-16 surrogate pair, which is not valid text', remedy };
}

function findNumberFault(value: number): Words | null {
  if (!Number.isFinite(value)) return { fault: 'is too large for a number', remedy: 'Use a number below 1.8e308' };
  if (!Number.isInteger(value) || Number.isSafeInteger(value) || Math.abs(value) >= 1e21) return null;
  const remedy = `Use a number up to ${Number.MAX_SAFE_INTEGER}, or send it as a string`;
  return { fault: 'is an integer that cannot be stored exactly', remedy };
}

function findRangeFault(value: number): Words | null {
  if (isInNumberRange(value)) return null;
  const { least, most } = numberRange;
  const fault = Math.abs(value) < least ? 'is too close to 0' : 'is too large';
  return { fault, remedy: `Use 0, or an absolute value from ${least} to ${most}` };
}
