import { z } from 'zod';
import { type Fault, findFault } from '../../../errors/app-error.ts';
import { idSchema } from '../../../ids/ids.ts';
import { integerSchema } from '../../../number-schema.ts';
import type { Steps } from '../../../time-slices.ts';
import { contentSha256Schema, type Dataset, entryCountSchema } from '../../datasets/dataset.ts';
import { computeSinceFirstMs, type TraceEntry, traceEntrySchema } from '../../datasets/read-trace.ts';
import { describeTimes, timeUnitSchema } from '../../datasets/time-unit.ts';
import { maxTokenCount } from '../../distributions/kinds/distribution-kind.ts';
import { average } from '../../distributions/summarize-distribution.ts';
import { buildCacheSchema, describeTask } from '../../parts/lines-task.ts';
import type { Recording, TokenEstimate, WorkloadKind } from '../workload-kind.ts';
import { buildTracePrompt } from './build-trace-prompt.ts';

const traceSchema = z.strictObject({
  kind: z.literal('trace'),
  entries: z
    .array(traceEntrySchema)
    .min(1)
    .max(5_000)
    .optional()
    .describe('Lengths of the requests. Request i uses entry i modulo their number. Alternative: datasetId'),
  datasetId: idSchema('dataset').optional().describe('Dataset of kind trace with the entries. Alternative: entries'),
  datasetSha256: contentSha256Schema,
  entryCount: entryCountSchema.describe(
    'Number of entries in the dataset. Set when the run is created; a given value must match',
  ),
  spanMs: z
    .number()
    .min(0)
    .optional()
    .describe('Time from the first to the last entry of the dataset in milliseconds. Set when the run is created'),
  timeUnit: timeUnitSchema
    .nullable()
    .optional()
    .describe(
      "Unit in which the dataset's timestamps were read. Null for dates. Set when the run is created; a given value must match",
    ),
  blockTokens: integerSchema(8, maxTokenCount)
    .optional()
    .describe(
      "Input tokens of the block that each of the hash_ids represents. Default: that of the dataset's format, or 512",
    ),
  checksum: z.boolean().default(false).describe('Whether the prompt also requests a number, given in words'),
  cache: buildCacheSchema(
    'cold: each prompt starts with unique words, so no prefix is shared. warm: prompts with equal leading hash_ids have equal beginnings',
  ),
});
/** Block size of Mooncake's traces. */
const usualBlockTokens = 512;
type TraceWorkload = z.infer<typeof traceSchema>;

/** Workload with the token counts of a recorded trace. A load with mode `trace` also uses the recorded times. */
export const trace: WorkloadKind<typeof traceSchema> = {
  schema: traceSchema,
  check: checkTrace,
  buildPrompt: (workload, key, dataset) => {
    const entries = readEntries(workload, dataset);
    const entry = entries[key.number % entries.length];
    if (entry === undefined) throw new RangeError('Internal error: the trace has no entries');
    return buildTracePrompt({ ...workload, blockTokens: workload.blockTokens ?? usualBlockTokens }, entry, key);
  },
  estimateTokens: estimateTrace,
  findLargestOutput: ({ entries }) =>
    entries === undefined
      ? null
      : { field: 'entries', tokens: entries.reduce((most, { outputTokens }) => Math.max(most, outputTokens), 0) },
  findCacheUse: ({ cache }) => cache,
  describe: (workload) => {
    const source = workload.datasetId === undefined ? '' : ` of ${workload.datasetId}`;
    const { timeUnit, spanMs } = workload;
    const times = timeUnit === undefined || spanMs === undefined ? '' : `, ${describeTimes(timeUnit, spanMs)}`;
    return `trace of ${workload.entryCount ?? 'the'} requests${source}${times}, ${describeTask(workload)}`;
  },
  summarize: ({ entries, ...rest }) => (entries === undefined ? rest : { ...rest, entryCount: entries.length }),
  findDataset: ({ datasetId, datasetSha256, entryCount, timeUnit }) => {
    if (datasetId === undefined) return null;
    const sha256 = { field: 'datasetSha256', value: datasetSha256 };
    const entries = { field: 'entryCount', value: entryCount };
    return { datasetId, kind: 'trace', field: 'datasetId', sha256, entries, timeUnit };
  },
  pinDataset: (workload, { sha256, entries, spanMs, reading }) => {
    const blockTokens = workload.blockTokens ?? reading?.blockTokens ?? usualBlockTokens;
    // A workload that a run pinned stays as it is, so that the manifest of a rerun is equal. Only runs state the span.
    const isPinned = workload.datasetSha256 !== undefined && workload.spanMs !== undefined;
    const timeUnit = isPinned ? workload.timeUnit : reading?.timeUnit;
    const pinned = { ...workload, datasetSha256: sha256, entryCount: entries, spanMs, blockTokens };
    return timeUnit === undefined ? pinned : { ...pinned, timeUnit };
  },
  findRecording,
};

function readEntries({ entries }: TraceWorkload, dataset: Dataset | null): readonly TraceEntry[] {
  if (entries !== undefined) return entries;
  if (dataset?.kind !== 'trace')
    throw new Error('Internal error: the dataset of the workload is not loaded, or it does not contain a trace');
  return dataset.entries;
}

function* estimateTrace(workload: TraceWorkload, dataset: Dataset | null): Steps<TokenEstimate> {
  const entries = readEntries(workload, dataset);
  return {
    inputTokensMean: average(entries.map(({ inputTokens }) => inputTokens)),
    outputTokensMean: average(entries.map(({ outputTokens }) => outputTokens)),
    outputTokensMax: entries.reduce((most, { outputTokens }) => Math.max(most, outputTokens), 0),
  };
}

function findRecording({ entries, entryCount, spanMs }: TraceWorkload): Recording | null {
  if (entries !== undefined) {
    const atMs = computeSinceFirstMs(entries);
    return { requests: entries.length, spanMs: atMs.at(-1) ?? 0, atMs, field: 'entries' };
  }
  if (entryCount === undefined || spanMs === undefined) return null;
  return { requests: entryCount, spanMs, atMs: null, field: 'datasetId' };
}

/** Checks a trace. If entries are out of order, reports only the first one. */
function checkTrace(workload: TraceWorkload): Fault[] {
  const { entries = [], datasetId } = workload;
  const isGiven = workload.entries !== undefined;
  if (isGiven === (datasetId !== undefined))
    return findFault(true, {
      pointer: '/workload',
      fault: isGiven ? 'has both entries and datasetId' : 'has neither entries nor datasetId',
      remedy:
        'Set either entries or datasetId, not both: {"entries": [{"atMs": 0, "inputTokens": 550, "outputTokens": 150}]} or {"datasetId": "dts_…"}',
    });
  const pinned = isGiven ? (['datasetSha256', 'entryCount', 'spanMs', 'timeUnit'] as const) : [];
  const back = entries.findIndex(({ atMs }, index) => atMs < (entries[index - 1]?.atMs ?? 0));
  return [
    ...pinned.flatMap((field) =>
      findFault(workload[field] !== undefined, {
        pointer: `/workload/${field}`,
        fault: 'is set, but datasetId is missing',
        remedy: 'Omit it, or use datasetId instead of entries',
      }),
    ),
    ...findFault(back >= 0, {
      pointer: `/workload/entries/${back}/atMs`,
      fault: `is earlier than the time in entry ${back - 1}`,
      remedy: 'Sort the entries by atMs',
    }),
  ];
}
