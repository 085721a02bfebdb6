import type { Steps } from '../../../shared/time-slices.ts';
import type { PromptForm } from '../../../shared/workload/datasets/forms/dataset-form.ts';
import { isFields } from '../../../shared/workload/datasets/forms/read-messages.ts';
import type { DatasetFormName } from '../../../shared/workload/datasets/forms/registry.ts';
import {
  checkPromptForm,
  type GivenPrompt,
  givenPromptSchema,
} from '../../../shared/workload/datasets/given-prompt.ts';
import { checkJsonValue } from '../http/body/check-json-value.ts';
import { checkValue, collectFaults, placeFault, readFaults } from './check-row.ts';
import type { ConvertedEntries, EncodedRows, UploadOptions } from './upload.ts';

/** Converts the rows of a file with prompts to our own form. */
export function* convertPrompts(
  { rows, encoding }: EncodedRows,
  form: PromptForm,
  { format, columns = {} }: UploadOptions & { format: DatasetFormName },
): Steps<ConvertedEntries> {
  const entries: GivenPrompt[] = [];
  const ignored = new Set<string>();
  const omitted = new Map<string, number>();
  const isTable = encoding === 'csv' || encoding === 'parquet';
  // The texts of JSON were checked when it was parsed.
  const isJson = encoding === 'json' || encoding === 'jsonl';
  const faults = yield* collectFaults(rows, (row) => {
    if (!isFields(row)) return readFaults(checkValue(givenPromptSchema, row));
    const read = form.convert(row, { columns, isTable });
    if ('omitted' in read) {
      omitted.set(read.omitted, (omitted.get(read.omitted) ?? 0) + 1);
      return [];
    }
    const checked = checkValue(givenPromptSchema, read.value);
    if ('faults' in checked) return checked.faults.map((fault) => placeFault(fault, read.places));
    const wrong = [...checkPromptForm(checked.value, ''), ...(isJson ? [] : checkJsonValue(checked.value))];
    if (wrong.length > 0) return wrong.map((fault) => placeFault(fault, read.places));
    entries.push(checked.value);
    const others = Object.keys(row).filter((name) => !read.used.includes(name));
    for (const name of [...others, ...(read.ignored ?? [])]) ignored.add(name);
    return [];
  });
  return { kind: 'prompts', format, entries, faults, ignored, omitted };
}
