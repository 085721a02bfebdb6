import { z } from 'zod';
import type { DatasetKind } from '../../records/records.ts';
import { createLineCorpus, type LineCorpus } from '../corpora/line-corpus.ts';
import { givenPromptSchema } from '../workload.ts';
import { readTrace } from './read-trace.ts';
import { textLines } from './text-lines.ts';
import type { TraceEntry } from './trace-entry.ts';

export type GivenPrompt = z.infer<typeof givenPromptSchema>;

/** An uploaded text, read. */
export type Dataset =
  | { kind: 'prompts'; prompts: readonly GivenPrompt[] }
  | { kind: 'lines'; corpus: LineCorpus }
  | { kind: 'trace'; entries: readonly TraceEntry[] };

/**
 * Reads the text of a dataset, whose lines were checked when it was uploaded. Lines without text do not count.
 * @throws Error where a line is no prompt, or no entry of a trace, after all
 */
export function readDataset(kind: DatasetKind, text: string): Dataset {
  switch (kind) {
    case 'lines':
      return { kind, corpus: createLineCorpus(text) };
    case 'trace':
      return { kind, entries: readTrace(text) };
    case 'prompts': {
      const values = textLines(text).map((line) => JSON.parse(line.text));
      return { kind, prompts: z.array(givenPromptSchema).parse(values) };
    }
  }
}

/** Prompts, lines, or requests of a dataset. */
export function countEntries(dataset: Dataset): number {
  switch (dataset.kind) {
    case 'prompts':
      return dataset.prompts.length;
    case 'lines':
      return dataset.corpus.lines.length;
    case 'trace':
      return dataset.entries.length;
  }
}
