import { z } from 'zod';
import { createLineCorpus, type LineCorpus } from '../corpora/line-corpus.ts';
import { type GivenPrompt, givenPromptSchema } from './given-prompt.ts';
import { readTrace } from './read-trace.ts';
import { textLines } from './text-lines.ts';
import type { TraceEntry } from './trace-entry.ts';

export const datasetKinds = ['prompts', 'lines', 'trace'] as const;
export type DatasetKind = (typeof datasetKinds)[number];

/** An uploaded text, read. */
export type Dataset =
  | { kind: 'prompts'; prompts: readonly GivenPrompt[] }
  | { kind: 'lines'; corpus: LineCorpus }
  | { kind: 'trace'; entries: readonly TraceEntry[] };

/** A field of a workload and what it says of the dataset; undefined if the workload leaves it out. */
type Claim<Value> = { field: string; value: Value | undefined };

/** How a workload names its dataset, and what it says of it. */
export type DatasetUse = {
  datasetId: string;
  kind: DatasetKind;
  /** The field that names the dataset. */
  field: string;
  sha256: Claim<string>;
  /** The number of entries; null if the workload has no field for it. */
  entries: Claim<number> | null;
};

/** What is stored of a dataset's content. */
export type DatasetContent = { sha256: string; entries: number; spanMs?: number | undefined };

/** The digest of a dataset as a workload states it. */
export const contentSha256Schema = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hex')
  .optional()
  .describe('Of the dataset, filled in when the run is created; if given, the dataset must have it');

/**
 * Reads the text of a dataset, whose lines were checked when it was uploaded. Lines without text do not count.
 * @throws Error if a line is not a prompt, or not an entry of a trace, after all
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

/** Counts the prompts, lines, or requests of a dataset. */
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
