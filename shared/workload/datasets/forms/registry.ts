import { z } from 'zod';
import { azure } from './azure/azure.ts';
import { burstgpt } from './burstgpt/burstgpt.ts';
import type { DatasetForm } from './dataset-form.ts';
import { lines } from './lines/lines.ts';
import { mooncake } from './mooncake/mooncake.ts';
import { openaiBatch } from './openai-batch/openai-batch.ts';
import { prompts } from './prompts/prompts.ts';
import { qwenBailian } from './qwen-bailian/qwen-bailian.ts';
import { sharegpt } from './sharegpt/sharegpt.ts';
import { trace } from './trace/trace.ts';
import { turns } from './turns/turns.ts';
import { vllm } from './vllm/vllm.ts';

/** Forms of uploaded entries, in the order in which they are detected. A form with more marks comes first. */
export const datasetForms = {
  trace,
  'qwen-bailian': qwenBailian,
  burstgpt,
  azure,
  mooncake,
  vllm,
  'openai-batch': openaiBatch,
  sharegpt,
  turns,
  prompts,
  lines,
} satisfies Record<string, DatasetForm>;
export type DatasetFormName = keyof typeof datasetForms;

// `Object.keys` returns strings, but the keys of this constant are names of forms.
export const datasetFormNames = Object.keys(datasetForms) as DatasetFormName[];
export const datasetFormSchema = z.enum(datasetFormNames).meta({ id: 'DatasetFormat' });

/** Returns the form with this name. The type of the list is more precise than that of its entries. */
export function getDatasetForm(name: DatasetFormName): DatasetForm {
  return datasetForms[name];
}

/**
 * Detects a form from the names in a row. Returns null if no form has these names.
 * @param kind the only kind that is considered. Null for any
 */
export function detectForm(names: ReadonlySet<string>, kind: DatasetForm['kind'] | null): DatasetFormName | null {
  const found = datasetFormNames.find((name) => {
    const form = getDatasetForm(name);
    if (kind !== null && form.kind !== kind) return false;
    if (form.kind === 'prompts') return form.isForm(names);
    return form.marks.some((columns) => columns.every((column) => names.has(column)));
  });
  return found ?? null;
}

/** Lists the columns that some form reads, so that the others of a table stay unread. */
export function listReadNames(): string[] {
  const ofTraces = datasetFormNames.flatMap((name) => {
    const form = getDatasetForm(name);
    return form.kind === 'trace' ? [...Object.values(form.columns), ...form.marks.flat()] : form.readNames;
  });
  return [...new Set(ofTraces)];
}
