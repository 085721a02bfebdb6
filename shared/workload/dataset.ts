import { z } from 'zod';
import type { DatasetKind } from '../domain/records.ts';
import { givenPromptSchema } from '../domain/workload-schema.ts';
import { createLineCorpus, type LineCorpus } from './line-corpus.ts';

export type GivenPrompt = z.infer<typeof givenPromptSchema>;

/** An uploaded text, read. */
export type Dataset = { kind: 'prompts'; prompts: readonly GivenPrompt[] } | { kind: 'lines'; corpus: LineCorpus };

/**
 * Reads the text of a dataset, whose lines were checked when it was uploaded. Lines without text do not count.
 * @throws Error where a line is no prompt after all
 */
export function readDataset(kind: DatasetKind, text: string): Dataset {
  if (kind === 'lines') return { kind, corpus: createLineCorpus(text) };
  const lines = text
    .replace(/^\ufeff/, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  return { kind, prompts: z.array(givenPromptSchema).parse(lines.map((line) => JSON.parse(line))) };
}

/** Prompts, or lines, of a dataset. */
export function countEntries(dataset: Dataset): number {
  return dataset.kind === 'prompts' ? dataset.prompts.length : dataset.corpus.lines.length;
}
