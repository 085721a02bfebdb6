import { z } from 'zod';
import { findFault } from '../../../errors/app-error.ts';
import { numberSchema } from '../../../number-schema.ts';
import { getWorkloadKind, type Workload } from '../../../workload/workload.ts';
import { commonFields } from '../../parts/load-fields.ts';
import type { LoadMode } from '../load-mode.ts';
import { boundFields, buildRateStage, listBound, type RateStage } from '../rate/rate.ts';

const traceLoadSchema = z.strictObject({
  mode: z.literal('trace').describe('Requests of a workload of kind trace at their recorded times'),
  speed: numberSchema(0.001, 1_000)
    .default(1)
    .describe('Speed relative to the recording. For example, 2 halves the gaps'),
  ...boundFields,
  ...commonFields,
});

/** An open loop that sends each request at the time recorded in the workload. */
export const trace: LoadMode<typeof traceLoadSchema, RateStage> = {
  schema: traceLoadSchema,
  check: (_, { workload }) =>
    findFault(getWorkloadKind(workload).findRecording === undefined, {
      pointer: '/load/mode',
      fault: `is "trace", but a workload of kind ${workload.kind} has no recorded times`,
      remedy:
        'Use the workload {"kind": "trace", "entries": [{"atMs": 0, "inputTokens": 550, "outputTokens": 150}]} or a trace dataset, or choose another mode',
    }),
  listLevels: listTracedLevels,
  listWidths: listBound,
  pointToRequests: (_, workload) => `/workload/${findRecording(workload)?.field ?? ''}`,
  describe: ({ speed }) => (speed === 1 ? 'as traced' : `as traced, at ${speed} times the speed`),
};

function findRecording(workload: Workload) {
  return getWorkloadKind(workload).findRecording?.(workload) ?? null;
}

/** Builds a trace's only load level from the mean rate and the recorded times (relative to the first request). */
function listTracedLevels(load: z.infer<typeof traceLoadSchema>, workload: Workload): RateStage[] {
  const recording = findRecording(workload);
  if (recording === null) return [];
  const { speed } = load;
  const { requests, atMs } = recording;
  const spanMs = recording.spanMs / speed;
  const requestsPerSecond = spanMs > 0 ? ((requests - 1) * 1_000) / spanMs : requests * 1_000;
  return [buildRateStage(load, { kind: 'recorded', atMs, speed }, { requestsPerSecond, requests })];
}
