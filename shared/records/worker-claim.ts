import { z } from 'zod';
import { idSchema } from '../ids/ids.ts';
import { countSchema } from '../number-schema.ts';
import { prioritySchema } from '../spec/run-spec.ts';

const atMs = z.number();

/** A claim of a run's group of stages to the workers that it needs. Times are in ms since 1970. */
export const workerClaimSchema = z.object({
  runId: idSchema('run'),
  tenantId: idSchema('tenant'),
  groupIndex: countSchema,
  priority: prioritySchema,
  /** Number of workers by AWS region. */
  workers: z.record(z.string(), countSchema),
  /** `passed`: the group uses its workers, although a wider group of another tenant was waiting before it. */
  state: z.enum(['waiting', 'admitted', 'passed']),
  /** Whether the run has started, which starts the clock of its maximum duration. */
  hasStarted: z.boolean(),
  createdAtMs: atMs,
  /** Time at which the group began to wait, or at which it was admitted without waiting. */
  sinceMs: atMs,
  /** Time at which the coordinator last checked that the group has not ended. */
  checkedAtMs: atMs,
});
export type WorkerClaim = z.infer<typeof workerClaimSchema>;
