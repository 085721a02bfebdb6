import { resolve } from 'node:path';
import { z } from 'zod';

const integer = (fallback: number, min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.coerce.number({ error }).int({ error }).min(min, { error }).max(max, { error }).default(fallback);
};

const settingsSchema = z.object({
  /** Worker processes at most. A stage meets before it starts, so all its batches (64 streams each) need one at a time. */
  MAX_LOCAL_WORKERS: integer(16, 1, 256),
  /** Workers that are loaded before the first batch comes. */
  WARM_LOCAL_WORKERS: integer(2, 0, 256),
  WORKER_IDLE_MS: integer(60_000, 0, 3_600_000),
  SUPERVISOR_INTERVAL_MS: integer(5_000, 50, 3_600_000),
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
 * The settings that only the local server has; the others are in `shared/config.ts`. An empty value is none.
 * @throws Error that names each variable and what is wrong with it
 */
export function loadLocalSettings(environment: Record<string, string | undefined>): LocalSettings {
  const env = parse(settingsSchema, environment);
  return {
    maxWorkers: env.MAX_LOCAL_WORKERS,
    warmWorkers: env.WARM_LOCAL_WORKERS,
    workerIdleMs: env.WORKER_IDLE_MS,
    supervisorIntervalMs: env.SUPERVISOR_INTERVAL_MS,
    shutdownGraceMs: env.SHUTDOWN_GRACE_MS,
  };
}

const placeSchema = z.object({ DATA_DIR: z.string().default('.data'), PORT: integer(8_787, 0, 65_535) });

/**
 * Where `npm start` keeps its data and listens.
 * @throws Error as `loadLocalSettings`
 */
export function loadPlace(environment: Record<string, string | undefined>): { dataDir: string; port: number } {
  const env = parse(placeSchema, environment);
  return { dataDir: resolve(env.DATA_DIR), port: env.PORT };
}

function parse<T>(schema: z.ZodType<T>, environment: Record<string, string | undefined>): T {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  // One number may break two rules, and both say the same.
  const faults = new Set(parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`));
  throw new Error([...faults].join('; '));
}
