import { z } from 'zod';
import { createLineCorpus, type LineCorpus } from '../corpora/line-corpus.ts';
import { type GivenPrompt, givenPromptSchema } from './given-prompt.ts';
import { readTrace, sinceFirstMs, type TraceEntry, textLines } from './read-trace.ts';

/** The content of an uploaded text. `spanMs` is the time from the first to the last entry of a trace. */
export type Dataset = { spanMs?: number } & (
  | { kind: 'prompts'; entries: readonly GivenPrompt[] }
  | { kind: 'lines'; entries: readonly string[]; corpus: LineCorpus }
  | { kind: 'trace'; entries: readonly TraceEntry[] }
);
export type DatasetKind = Dataset['kind'];

type DatasetKindRules = {
  /** What the API reference says about the kind. */
  description: string;
  /** The content and one entry of it, in error messages. */
  contentName: string;
  entryName: string;
  /** The media type that selects the kind by default. */
  mediaType: string;
  /** Reads a text whose lines were checked at upload. @throws Error for an invalid line */
  read(text: string): Dataset;
};

export const datasetKinds: Readonly<Record<DatasetKind, DatasetKindRules>> = {
  prompts: {
    description: 'JSON Lines for a `dataset` workload',
    contentName: 'prompts (JSON Lines)',
    entryName: 'prompt',
    mediaType: 'application/jsonl',
    read: (text) => {
      const values = textLines(text).map((line) => JSON.parse(line.text));
      return { kind: 'prompts', entries: z.array(givenPromptSchema).parse(values) };
    },
  },
  lines: {
    description: 'plain text for the corpus of a `sonnet` workload',
    contentName: 'lines of text',
    entryName: 'line of text',
    mediaType: 'text/plain',
    read: (text) => {
      const corpus = createLineCorpus(text);
      return { kind: 'lines', entries: corpus.lines, corpus };
    },
  },
  trace: {
    description: 'JSON Lines or CSV for a `trace` workload',
    contentName: 'trace requests',
    entryName: 'entry',
    mediaType: 'text/csv',
    read: (text) => {
      const entries = readTrace(text);
      return { kind: 'trace', entries, spanMs: sinceFirstMs(entries).at(-1) ?? 0 };
    },
  },
};

// The keys of a constant object are its names.
export const datasetKindSchema = z.enum(Object.keys(datasetKinds) as DatasetKind[]);

/** A field of a workload with its claim about the dataset. The value is undefined if the workload omits the field. */
type Claim<Value> = { field: string; value: Value | undefined };

/** The dataset that a workload names, and the claims about it. */
export type DatasetUse = {
  datasetId: string;
  kind: DatasetKind;
  /** The field with the dataset id. */
  field: string;
  sha256: Claim<string>;
  /** The number of entries, or null if the workload has no field for it. */
  entries: Claim<number> | null;
};

/** The stored properties of a dataset's content. */
export type DatasetContent = { sha256: string; entries: number; spanMs?: number | undefined };

export const entryCountSchema = z.number().int().min(1).optional();
export const contentSha256Schema = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lowercase hex')
  .optional()
  .describe('SHA-256 of the dataset in hex. Set when the run is created; a given value must match');
