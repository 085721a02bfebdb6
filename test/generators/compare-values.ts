import { z } from 'zod';

export type Differences = { numbers: number; equalNumbers: number; faults: string[] };

const recordSchema = z.record(z.string(), z.unknown());
const isDateTime = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/**
 * Compares a JSON value with the value that a client read from it and wrote again. Numbers must be equal bit for bit.
 * A client may omit fields that are null. It may write an
 * instant in another form, and without milliseconds, as ogen does.
 */
export function compareValues(original: unknown, copy: unknown): Differences {
  const differences: Differences = { numbers: 0, equalNumbers: 0, faults: [] };
  compare(original, copy, '', differences);
  return differences;
}

function compare(original: unknown, copy: unknown, at: string, differences: Differences): void {
  if (typeof original === 'number') {
    differences.numbers += 1;
    if (Object.is(original, copy)) differences.equalNumbers += 1;
    else differences.faults.push(`${at}: ${original} is ${JSON.stringify(copy)}`);
  } else if (Array.isArray(original)) {
    const items: unknown[] = Array.isArray(copy) ? copy : [];
    if (items.length !== original.length)
      differences.faults.push(`${at}: ${original.length} items, not ${items.length}`);
    for (const [index, item] of original.entries()) compare(item, items[index], `${at}/${index}`, differences);
  } else if (typeof original === 'object' && original !== null) {
    const { data: fields = {} } = recordSchema.safeParse(copy);
    for (const [name, value] of Object.entries(original)) compare(value, fields[name], `${at}/${name}`, differences);
  } else if (!isSameScalar(original, copy))
    differences.faults.push(`${at}: ${JSON.stringify(original)} is ${JSON.stringify(copy)}`);
}

function isSameScalar(original: unknown, copy: unknown): boolean {
  if (original === null) return copy === null || copy === undefined;
  if (original === copy) return true;
  const areTexts = typeof original === 'string' && typeof copy === 'string' && isDateTime.test(original);
  return areTexts && Math.floor(Date.parse(original) / 1_000) === Math.floor(Date.parse(copy) / 1_000);
}
