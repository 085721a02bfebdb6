import { z } from 'zod';
import leaderboard from '../../../examples/imports/leaderboard.json' with { type: 'json' };
import { type Fault, findFault, throwFaults } from '../../../shared/errors/app-error.ts';
import type { ImportTimeUnit } from '../../../shared/llmperf/forks/convert-fork.ts';
import { type LlmperfFile, parseLlmperfJson, readLlmperfFile } from '../../../shared/llmperf/read-llmperf-file.ts';
import { llmperfRecordSchema, llmperfSummarySchema, maxImportedStages } from '../../../shared/sample/imported.ts';
import { pricingSchema } from '../../../shared/spec/pricing.ts';
import { targetSchema } from '../../../shared/spec/target.ts';
import { checkJsonValue } from '../http/body/check-json-value.ts';
import type { FormPart } from '../http/body/define-file-body.ts';
import { moveFormerTexts } from './move-former-texts.ts';
import type { ImportInput, LlmperfPair, LlmperfResult } from './plan-import.ts';

const columnsSchema = z.record(z.string(), z.json()).meta({
  id: 'LlmperfColumns',
  description: 'Content of an LLMPerf v1 `*_raw.json`: individual responses, column by column',
});

const resultSchema = z.strictObject({
  summary: llmperfSummarySchema.optional().describe('Content of `*_summary.json`, or of an LLMPerf v1 summary'),
  individualResponses: z.array(llmperfRecordSchema).optional().describe('Content of `*_individual_responses.json`'),
  columns: columnsSchema.optional(),
  texts: z
    .array(z.string().min(2))
    .max(2)
    .optional()
    .describe('Texts of the files instead, if they contain NaN, which JSON does not allow'),
  targetId: targetSchema.shape.id
    .unwrap()
    .optional()
    .describe('Id of the target. Default: `framework` and `model_size` of the summary, or the model name'),
  model: targetSchema.shape.model.optional().describe('Model, if the summary does not contain it'),
  concurrency: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe('Number of concurrent requests, if the summary does not contain it'),
  timeUnit: z
    .enum(['s', 'ms'])
    .meta({ id: 'ResultTimeUnit' })
    .optional()
    .describe('Unit of times in files of a fork. Default: detected'),
  pricing: pricingSchema
    .optional()
    .describe('Prices for the cost of the target. If several entries of a target have prices, the first prices apply'),
});

export const importBodySchema = z
  .strictObject({
    name: z.string().min(1).max(200).optional(),
    metadata: z.record(z.string().min(1).max(100), z.string().max(1_000)).default({}),
    results: z
      .array(z.preprocess(moveFormerTexts, resultSchema))
      .min(1)
      .max(maxImportedStages)
      .describe(
        'One entry per LLMPerf load test, with one or both of its files. Entries of the same target become its stages',
      ),
  })
  .meta({
    id: 'ImportInput',
    description:
      'LLMPerf result files. At most 20 targets, 60 kB per summary and 200 kB per record. A summary alone has at most 100,000 requests',
    examples: [leaderboard],
  });

/** Schema of the upload form. The API detects a file's type from its contents, and pairs of files from their names. */
export const importFormSchema = z
  .object({
    files: z
      .array(z.string().meta({ format: 'binary' }))
      .min(1)
      .describe('LLMPerf files, any number of pairs. To set the target id, use it as the field name'),
    name: z.string().optional().describe('Name of the run'),
  })
  .meta({ id: 'ImportForm' });

/** An uploaded file before validation. `content` is the parsed JSON, or the text if the file is not JSON. */
type RawFile = { pointer: string; content: unknown };

/** The files of one load test, and the properties of the load test that the caller specified. */
type ImportGroup = Omit<LlmperfResult, keyof LlmperfPair> & { files: RawFile[]; timeUnit: ImportTimeUnit | null };
type GroupedImport = Omit<ImportInput, 'results'> & { groups: ImportGroup[] };

/** Reads an import from a JSON body. Reports a fault for each file that is not in LLMPerf's format. */
export function readJsonImport(body: z.output<typeof importBodySchema>): ImportInput {
  const { name = null, metadata, results } = body;
  const groups = results.map(({ summary, individualResponses, columns, texts = [], ...given }, index) => {
    const pointer = `/results/${index}`;
    const contents = Object.entries({ summary, individualResponses, columns })
      .filter(([, content]) => content !== undefined)
      .map(([field, content]) => ({ pointer: `${pointer}/${field}`, content }));
    const files = [...contents, ...texts.map((text, each) => ({ pointer: `${pointer}/texts/${each}`, content: text }))];
    const { targetId = null, model = null, concurrency = null, pricing = null, timeUnit = null } = given;
    return { targetId, model, concurrency, pricing, timeUnit, fileName: null, pointer, files };
  });
  return readGroups({ name, metadata, groups }, []);
}

/** Reads an import from the parts of a form. Reports a fault for each file that is not in LLMPerf's format. */
export function readFormImport(parts: readonly FormPart[]): ImportInput {
  const faults: Fault[] = [];
  return readGroups(groupParts(parts, faults), faults);
}

function readGroups({ groups, ...input }: GroupedImport, faults: Fault[]): ImportInput {
  const results = groups.map(
    ({ files, timeUnit, ...group }): LlmperfResult => ({ ...readPair(files, timeUnit, faults), ...group }),
  );
  throwFaults('INVALID_REQUEST', faults);
  return { ...input, results };
}

/** Reads the files of one pair and detects their types from their contents. */
function readPair(files: readonly RawFile[], timeUnit: ImportTimeUnit | null, faults: Fault[]): LlmperfPair {
  const pair: LlmperfPair = { version: 'v2', summary: null, records: null, notes: [] };
  const parsed = files.map(({ pointer, content }) => ({
    pointer,
    content: typeof content === 'string' ? parseText(content) : content,
  }));
  // Records come first, because they can show the unit of the summary's times.
  for (const file of parsed.toSorted((a, b) => Number(Array.isArray(b.content)) - Number(Array.isArray(a.content)))) {
    const read = readFile(file, { timeUnit, records: pair.records ?? [] }, faults);
    if (read === null) continue;
    pair.notes.push(...read.notes);
    if (read.version === 'v1') pair.version = 'v1';
    const isSecond = read.kind === 'summary' ? pair.summary !== null : pair.records !== null;
    if (isSecond) {
      const kind = read.kind === 'summary' ? 'summary' : 'file of individual responses';
      const remedy =
        'Give the two files of a load test the same name prefix (a_summary.json, a_individual_responses.json), and use a different prefix for each load test. Instead of prefixes, you can use the target id as the name of the form field';
      faults.push({ pointer: file.pointer, fault: `is a second ${kind} for the same load test`, remedy });
    } else if (read.kind === 'summary') pair.summary = read.summary;
    else pair.records = read.records;
  }
  return pair;
}

/** Reads a parsed file. `content` is undefined if the file is not JSON. */
function readFile(
  { pointer, content: value }: RawFile,
  hints: NonNullable<Parameters<typeof readLlmperfFile>[1]>,
  faults: Fault[],
): LlmperfFile | null {
  if (value === undefined) {
    faults.push({ pointer, fault: 'is not JSON', remedy: 'Send the complete, unchanged LLMPerf file in UTF-8' });
    return null;
  }
  const invalid = checkJsonValue(value);
  if (invalid.length > 0) {
    faults.push(...invalid.map((fault) => ({ ...fault, pointer: pointer + fault.pointer })));
    return null;
  }
  const found = readLlmperfFile(value, hints);
  if (!('fault' in found)) return found;
  faults.push({ ...found, pointer: [pointer, ...found.path].join('/') });
  return null;
}

function parseText(text: string): unknown {
  try {
    return parseLlmperfJson(text);
  } catch {
    return undefined;
  }
}

/** Generic field names. Any other field name is the target id of the files in the field. */
const plainFields = /^(?:files?|files?\[\]|summary|individual|responses|individual_responses|individualResponses)$/;

/**
 * Groups the files of a form into pairs of a summary and individual responses. Two files of a target are a pair if
 * their names differ only in the ending. If a form contains only two files of one target, they are always a pair.
 */
function groupParts(parts: readonly FormPart[], faults: Fault[]): GroupedImport {
  const files = parts.filter(({ fileName }) => fileName !== null);
  const remedy =
    'In a form, send only files (curl -F files=@…) and an optional name. To set other fields, send a JSON body.';
  for (const { field, fileName } of parts)
    if (fileName === null && field !== 'name')
      faults.push({ pointer: `form:${field}`, fault: 'is not a known field', remedy });
  if (files.length === 0)
    faults.push({ pointer: '', fault: 'does not contain a file', remedy: 'Add files: curl -F files=@…' });
  const unknown = { model: null, concurrency: null, pricing: null, timeUnit: null };
  const groups = new Map<string, ImportGroup>();
  const isOnePair = files.length === 2 && new Set(files.map(({ field }) => readTargetId(field))).size === 1;
  for (const { field, fileName, text } of files) {
    const targetId = readTargetId(field);
    faults.push(...checkTarget(field, targetId));
    const stem = readStem(fileName ?? '');
    const key = JSON.stringify([targetId, isOnePair ? '' : stem]);
    const pointer = `form:${fileName}`;
    const group = groups.get(key) ?? { ...unknown, targetId, fileName: stem, pointer, files: [] };
    group.files.push({ pointer, content: text });
    groups.set(key, group);
  }
  const name = parts.find(({ field, fileName }) => field === 'name' && fileName === null)?.text.trim() ?? '';
  return { name: name === '' ? null : name.slice(0, 200), metadata: {}, groups: [...groups.values()] };
}

function readTargetId(field: string): string | null {
  return plainFields.test(field) ? null : field;
}

function checkTarget(field: string, targetId: string | null): Fault[] {
  const isWrong = targetId !== null && !targetSchema.shape.id.safeParse(targetId).success;
  const remedy =
    'Use the form field `files`, or a target id as the field name. A target id has 1 to 40 characters (a-z, 0-9, . _ -) and starts with a letter or digit';
  return findFault(isWrong, { pointer: `form:${field}`, fault: 'is not a valid target id', remedy });
}

/** Returns the common part of the file names in a pair: `a_550_150` for `a_550_150_summary.json`. */
function readStem(fileName: string): string {
  const base = fileName.split(/[/\\]/).at(-1) ?? fileName;
  return base.replace(/\.json$/i, '').replace(/[-_.](?:summary|individual[-_]responses|raw)$/i, '');
}
