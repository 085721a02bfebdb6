import { z } from 'zod';
import { matchText, requireForm } from '../../errors/schema-rule.ts';
import type { Steps } from '../../time-slices.ts';
import { createLineCorpusInSteps, type LineCorpus } from '../corpora/line-corpus.ts';
import { type GivenPrompt, givenPromptSchema } from './given-prompt.ts';
import { computeSinceFirstMs, readTrace, splitTextLines, type TraceEntry } from './read-trace.ts';
import type { DatasetReading } from './reading.ts';
import type { TimeUnit } from './time-unit.ts';

/** Parsed content of a dataset. `recordedMs` contains the times of a recording's entries in ms after the first entry. */
export type Dataset = { recordedMs?: readonly number[] } & (
  | { kind: 'prompts'; entries: readonly GivenPrompt[] }
  | { kind: 'lines'; entries: readonly string[]; corpus: LineCorpus }
  | { kind: 'trace'; entries: readonly TraceEntry[] }
);
export type DatasetKind = Dataset['kind'];

type DatasetKindRules = {
  /** Description of this kind of dataset in the API reference. */
  description: string;
  /** Words for the content and for one entry in error messages. */
  contentName: string;
  entryName: string;
  /** Media type that selects this kind of dataset if an upload does not specify a kind. */
  mediaType: string;
  /** Parses the text of a dataset, which was validated at upload. @throws Error for an invalid line */
  read(text: string): Steps<Dataset>;
};

export const datasetKinds: Readonly<Record<DatasetKind, DatasetKindRules>> = {
  prompts: {
    description: 'JSON Lines for a `dataset` workload',
    contentName: 'prompts (JSON Lines)',
    entryName: 'prompt',
    mediaType: 'application/jsonl',
    *read(text) {
      const entries: GivenPrompt[] = [];
      for (const line of splitTextLines(text)) {
        entries.push(givenPromptSchema.parse(JSON.parse(line.text)));
        yield;
      }
      return { kind: 'prompts', entries };
    },
  },
  lines: {
    description: 'plain text for the corpus of a `sonnet` workload',
    contentName: 'lines of text',
    entryName: 'line of text',
    mediaType: 'text/plain',
    *read(text) {
      const corpus = yield* createLineCorpusInSteps(text);
      return { kind: 'lines', entries: corpus.lines, corpus };
    },
  },
  trace: {
    description: 'JSON Lines or CSV for a `trace` workload',
    contentName: 'trace requests',
    entryName: 'entry',
    mediaType: 'text/csv',
    *read(text) {
      const entries = yield* readTrace(text);
      return { kind: 'trace', entries, recordedMs: computeSinceFirstMs(entries) };
    },
  },
};

// `Object.keys` returns strings, but the keys of this constant are dataset kinds.
export const datasetKindSchema = z.enum(Object.keys(datasetKinds) as DatasetKind[]).meta({ id: 'DatasetKind' });

/** A property that a workload states about its dataset: field name and value. Undefined if the field is absent. */
type Claim<Value> = { field: string; value: Value | undefined };

/** The dataset that a workload uses, and what the workload states about it. */
export type DatasetUse = {
  datasetId: string;
  kind: DatasetKind;
  /** Name of the workload field that contains the dataset id. */
  field: string;
  sha256: Claim<string>;
  /** The stated number of entries. Null if this kind of workload has no field for it. */
  entries: Claim<number> | null;
  /** Unit in which the workload states that the dataset's times were read. Null for dates. */
  timeUnit?: TimeUnit | null | undefined;
};

/** Properties of a dataset's content that are stored with the dataset. */
export type DatasetContent = {
  sha256: string;
  entries: number;
  spanMs?: number | undefined;
  reading?: Pick<DatasetReading, 'timeUnit' | 'blockTokens'> | undefined;
};

export const entryCountSchema = z.number().int().min(1).optional();
export const contentSha256Schema = matchText(/^[0-9a-f]{64}$/, requireForm('a SHA-256 in lowercase hex'))
  .optional()
  .describe('SHA-256 of the dataset in hex. Set when the run is created; a given value must match');
