import { z } from 'zod';
import { findFault } from '../../../errors/app-error.ts';
import { getWorkloadKind, type Workload } from '../../../workload/workload.ts';
import { commonFields } from '../../parts/load-fields.ts';
import type { LoadMode } from '../load-mode.ts';
import { boundFields, buildRateStage, type RateStage } from '../rate/rate-stage.ts';

const traceLoadSchema = z.strictObject({
  mode: z.literal('trace').describe('The requests of a workload of kind trace, each at its own instant'),
  speed: z.number().min(0.001).max(1_000).default(1).describe('2: twice as fast, gaps half as long'),
  ...boundFields,
  ...commonFields,
});
type TraceLoad = z.infer<typeof traceLoadSchema>;

/** An open loop at the instants that the workload has recorded. */
export const trace: LoadMode<typeof traceLoadSchema, RateStage> = {
  schema: traceLoadSchema,
  check: (_, { workload }) =>
    findFault(getWorkloadKind(workload).findRecording === undefined, {
      pointer: '/load/mode',
      fault: `is trace, and the workload is of kind ${workload.kind}, which has no instants`,
      remedy:
        'Set the workload to {"kind": "trace", "entries": [{"atMs": 0, "inputTokens": 550, "outputTokens": 150}]} or to a trace of yours by datasetId, or choose another mode',
    }),
  listLevels: listTracedLevels,
  listWidths: ({ maxConcurrency }) => [{ pointer: '/load/maxConcurrency', streams: maxConcurrency, requests: null }],
  pointToRequests: (_, workload) => `/workload/${findRecording(workload)?.field ?? ''}`,
  describe: ({ speed }) => (speed === 1 ? 'as traced' : `as traced, at ${speed} times the speed`),
};

function findRecording(workload: Workload) {
  return getWorkloadKind(workload).findRecording?.(workload) ?? null;
}

/** The rate of a trace is its mean; its requests fall due when they did, from the first one on. */
function listTracedLevels(load: TraceLoad, workload: Workload): RateStage[] {
  const recording = findRecording(workload);
  if (recording === null) return [];
  const { speed } = load;
  const { requests, atMs } = recording;
  const spanMs = recording.spanMs / speed;
  const requestsPerSecond = spanMs > 0 ? ((requests - 1) * 1_000) / spanMs : requests * 1_000;
  return [buildRateStage(load, { kind: 'trace', atMs, speed }, { requestsPerSecond, requests })];
}
