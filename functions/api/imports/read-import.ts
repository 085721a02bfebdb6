import type { Fault } from '../../../shared/errors/app-error.ts';
import { refuse } from '../../../shared/errors/refuse.ts';
import { parseLlmperfJson } from '../../../shared/llmperf/parse-llmperf-json.ts';
import { type LlmperfFile, readLlmperfFile } from '../../../shared/llmperf/read-llmperf-file.ts';
import { checkJsonValue } from '../http/body/check-json-value.ts';
import type { FormBody, FormPart } from '../http/body/file-body.ts';
import { checkBySchema } from '../http/faults/check-by-schema.ts';
import { groupImportParts, type RawFile } from './group-import-parts.ts';
import type { ImportInput, LlmperfResult } from './plan-import.ts';
import { importBodySchema } from './schemas.ts';

/**
 * Reads an import from a JSON body or a form.
 * @throws AppError INVALID_REQUEST with a fault for each file that LLMPerf cannot have written
 */
export function readImport(body: FormBody): ImportInput {
  return body.kind === 'json' ? readJsonImport(body.value) : readFormImport(body.parts);
}

function readJsonImport(value: unknown): ImportInput {
  const { name = null, metadata, results } = checkBySchema(importBodySchema, value, 'body');
  const faults: Fault[] = [];
  const read = results.map(({ summary, individualResponses, ...said }, index): LlmperfResult => {
    const pointer = `/results/${index}`;
    const files: RawFile[] = [
      ...(summary === undefined ? [] : [{ pointer: `${pointer}/summary`, content: summary }]),
      ...(individualResponses === undefined
        ? []
        : [{ pointer: `${pointer}/individualResponses`, content: individualResponses }]),
    ];
    const { targetId = null, model = null, concurrency = null, pricing = null } = said;
    return { ...readPair(files, faults), pointer, fileName: null, targetId, model, concurrency, pricing };
  });
  refuse('INVALID_REQUEST', faults);
  return { name, metadata, results: read };
}

function readFormImport(parts: readonly FormPart[]): ImportInput {
  const faults: Fault[] = [];
  const { name, groups } = groupImportParts(parts, faults);
  const results = groups.map(({ targetId, fileName, files }): LlmperfResult => {
    const said = { targetId, fileName, model: null, concurrency: null, pricing: null };
    return { ...readPair(files, faults), ...said, pointer: files[0]?.pointer ?? '' };
  });
  refuse('INVALID_REQUEST', faults);
  return { name, metadata: {}, results };
}

/** Reads the files of one pair and detects their types from their content. */
function readPair(files: readonly RawFile[], faults: Fault[]): Pick<LlmperfResult, 'version' | 'summary' | 'records'> {
  const pair: Pick<LlmperfResult, 'version' | 'summary' | 'records'> = { version: 'v2', summary: null, records: null };
  for (const file of files) {
    const read = readFile(file, faults);
    if (read === null) continue;
    if (read.version === 'v1') pair.version = 'v1';
    const isSecond = read.kind === 'summary' ? pair.summary !== null : pair.records !== null;
    if (isSecond)
      faults.push({
        pointer: file.pointer,
        fault: `is the second ${read.kind === 'summary' ? 'summary' : 'file of individual responses'} of its pair`,
        remedy: 'Give the files of each pair a distinct name, or name the form fields after the target',
      });
    else if (read.kind === 'summary') pair.summary = read.summary;
    else pair.records = read.records;
  }
  return pair;
}

function readFile({ pointer, content }: RawFile, faults: Fault[]): LlmperfFile | null {
  const value = typeof content === 'string' ? parseText(content) : content;
  const unsound = value === undefined ? [] : checkJsonValue(value);
  const found = readLlmperfFile(value);
  if (value === undefined)
    faults.push({ pointer, fault: 'is not JSON', remedy: 'Send the complete, unchanged LLMPerf file in UTF-8' });
  else if (unsound.length > 0) faults.push(...unsound.map((fault) => ({ ...fault, pointer: pointer + fault.pointer })));
  else if ('fault' in found) faults.push({ ...found, pointer: [pointer, ...found.path].join('/') });
  else return found;
  return null;
}

function parseText(text: string): unknown {
  try {
    return parseLlmperfJson(text);
  } catch {
    return undefined;
  }
}
