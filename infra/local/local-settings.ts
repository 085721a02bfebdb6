import { z } from 'zod';

const integer = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback);

const settingsSchema = z.object({
  /** Worker processes at most. A stage meets before it starts, so all its batches (64 streams each) need one at a time. */
  MAX_LOCAL_WORKERS: integer(16, 1, 256),
  /** Workers that are loaded before the first batch comes. */
  WARM_LOCAL_WORKERS: integer(2, 0, 256),
  WORKER_IDLE_MS: integer(60_000, 0, 3_600_000),
  SUPERVISOR_INTERVAL_MS: integer(2_000, 50, 3_600_000),
  /** How long a stop lets running handlers and open answers go on. */
  SHUTDOWN_GRACE_MS: integer(3_000, 0, 900_000),
});

export type LocalSettings = {
  maxWorkers: number;
  warmWorkers: number;
  workerIdleMs: number;
  supervisorIntervalMs: number;
  shutdownGraceMs: number;
};

/**
 * The settings that only the local server has; the others are in `shared/config.ts`.
 * @throws Error that names each variable and what is wrong with it
 */
export function loadLocalSettings(environment: Record<string, string | undefined>): LocalSettings {
  const parsed = settingsSchema.safeParse(environment);
  if (!parsed.success) throw new Error(`The environment is not valid. ${z.prettifyError(parsed.error)}`);
  const env = parsed.data;
  return {
    maxWorkers: env.MAX_LOCAL_WORKERS,
    warmWorkers: env.WARM_LOCAL_WORKERS,
    workerIdleMs: env.WORKER_IDLE_MS,
    supervisorIntervalMs: env.SUPERVISOR_INTERVAL_MS,
    shutdownGraceMs: env.SHUTDOWN_GRACE_MS,
  };
}
