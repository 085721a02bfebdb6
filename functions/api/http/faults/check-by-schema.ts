import type { z } from 'zod';
import {
  buildJsonPointer,
  type ErrorCode,
  type Fault,
  maxFaults,
  throwFaults,
} from '../../../../shared/errors/app-error.ts';
import { readRule } from '../../../../shared/errors/schema-rule.ts';
import { buildJsonSchema, describeSchema, findSchema, type JsonSchema, readChild } from './json-schema.ts';

type Issue = z.core.$ZodIssue;
type IssuePlace = 'body' | 'query' | 'header';
type Scene = { place: IssuePlace; schema: JsonSchema; input: unknown };

/**
 * Parses a part of a request with its schema. If it is invalid, throws an AppError with its first faults and remedies.
 * Quotes only field names, because values may be secrets.
 */
export function checkBySchema<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  place: IssuePlace,
  faultCode: ErrorCode = 'INVALID_REQUEST',
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const scene = { place, schema: buildJsonSchema(schema), input: value };
  const faulty = parsed.error.issues.flatMap((issue) => listFaulty(issue, issue.path));
  const explained = faulty.slice(0, maxFaults).map((each) => explain(each, scene));
  throwFaults(faultCode, explained, faulty.length);
  throw new Error('Internal error: validation failed, but the schema reported no issue');
}

/** An unknown field, or an issue of another kind, with its place in the input. */
type Faulty = { path: readonly PropertyKey[] } & ({ unknownName: string } | { issue: Issue });

/** Lists the single faults of an issue. A body can have a million, so each must be cheap until it is explained. */
function listFaulty(issue: Issue, path: readonly PropertyKey[]): Faulty[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((unknownName) => ({ path, unknownName }));
  const chosen = issue.code === 'invalid_union' ? chooseErrors(issue.errors) : null;
  if (chosen !== null) return chosen.flatMap((inner) => listFaulty(inner, [...path, ...inner.path]));
  return [{ path, issue }];
}

function explain(faulty: Faulty, scene: Scene): Fault {
  if ('unknownName' in faulty) return explainUnknownName(faulty.unknownName, faulty.path, scene);
  const { issue, path } = faulty;
  const pointer = buildPointer(path, scene);
  // The text of a schema's own rule is more specific than a generated text.
  const words = issue.code === 'custom' ? readRule(issue) : null;
  if (words !== null) return { pointer, ...words };
  if (issue.code === 'invalid_key') {
    const fault = issue.issues[0]?.message ?? 'has an invalid name';
    return { pointer, fault, remedy: 'Rename it, or remove it' };
  }
  return { pointer, ...explainWrongValue(issue, path, scene) };
}

/**
 * Returns the errors of one schema alternative. Prefers alternatives with a valid `metric`, then those with few errors.
 */
function chooseErrors(branches: readonly (readonly Issue[])[]): readonly Issue[] | null {
  const inside = branches.filter((errors) => errors.every(({ path }) => path.length > 0));
  const meeting = inside.filter(
    (errors) => !errors.some(({ code, path }) => code === 'invalid_value' && path[0] === 'metric'),
  );
  const candidates = meeting.length > 0 ? meeting : inside;
  return [...candidates].sort((a, b) => a.length - b.length)[0] ?? null;
}

function explainUnknownName(key: string, path: readonly PropertyKey[], scene: Scene): Fault {
  const known = Object.keys(findSchema(scene.schema, scene.input, path)?.properties ?? {});
  const near = findNearestWord(key, known);
  const guess = near === null ? '.' : `. Did you mean ${near}?`;
  return {
    pointer: buildPointer([...path, key], scene),
    fault: 'is not a known field',
    remedy: known.length === 0 ? 'Remove it' : `Remove it${guess} Known fields: ${known.join(', ')}`,
  };
}

function explainWrongValue(issue: Issue, path: readonly PropertyKey[], scene: Scene): Omit<Fault, 'pointer'> {
  const expected = findSchema(scene.schema, scene.input, path);
  const wanted = expected === null ? null : describeSchema(expected);
  if (readValue(scene.input, path) === undefined) {
    const name = scene.place === 'body' ? `"${String(path.at(-1) ?? '')}": ` : '';
    return { fault: 'is missing', remedy: wanted === null ? 'Add it' : `Add ${name}${wanted}` };
  }
  const guess = describeGuess(expected, path, scene);
  const remedy = wanted === null ? 'Change it' : `Use ${wanted}${guess}`;
  return { fault: describeFault(issue, path, scene), remedy };
}

function describeGuess(expected: JsonSchema | null, path: readonly PropertyKey[], scene: Scene): string {
  const given = readValue(scene.input, path);
  const words = (expected?.enum ?? []).filter((word) => typeof word === 'string');
  const near = typeof given === 'string' ? findNearestWord(given, words) : null;
  return near === null ? '' : `. Did you mean "${near}"?`;
}

function describeFault(issue: Issue, path: readonly PropertyKey[], scene: Scene): string {
  if (issue.code === 'too_small') return hasLength(issue.origin) ? 'is too short' : 'is too small';
  if (issue.code === 'too_big') return hasLength(issue.origin) ? 'is too long' : 'is too large';
  if (issue.code === 'invalid_value' || issue.code === 'invalid_union') return 'is not one of the allowed values';
  if (issue.code === 'invalid_format') return 'does not have the required format';
  if (issue.code === 'invalid_type') return `has the wrong type: ${nameType(readValue(scene.input, path))}`;
  return 'is not valid';
}

function hasLength(origin: string): boolean {
  return origin === 'string' || origin === 'array';
}

function nameType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return Number.isInteger(value) ? 'a whole number' : 'a number with a fraction';
  if (typeof value === 'string') return 'text';
  return typeof value === 'boolean' ? 'true or false' : 'an object';
}

function readValue(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, part) => readChild(value, part), root);
}

function buildPointer(path: readonly PropertyKey[], scene: Scene): string {
  if (scene.place === 'body') return buildJsonPointer(path);
  const name = String(path[0] ?? '');
  return scene.place === 'query' ? `?${name}` : `header:${name}`;
}

/** Finds the known word with the smallest Levenshtein distance; null if over a third of the letters differ. */
export function findNearestWord(word: string, known: readonly string[]): string | null {
  let best: { word: string; distance: number } | null = null;
  for (const candidate of known) {
    const most = Math.max(1, Math.ceil(candidate.length / 3));
    // The distance is at least the difference in length.
    if (Math.abs(candidate.length - word.length) > most) continue;
    const distance = computeEditDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance <= most && (best === null || distance < best.distance)) best = { word: candidate, distance };
  }
  return best === null ? null : best.word;
}

function computeEditDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
