import { resolve } from 'node:path';
import { z } from 'zod';

const integer = (fallback: number, min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.coerce.number({ error }).int({ error }).min(min, { error }).max(max, { error }).default(fallback);
};

const settingsSchema = z
  .object({
    /** Maximum worker processes. A stage starts all its batches (64 streams each) together, one in each process. */
    MAX_LOCAL_WORKERS: integer(16, 1, 256),
    /** Workers that are loaded before the first batch arrives. */
    WARM_LOCAL_WORKERS: integer(2, 0, 256),
    WORKER_IDLE_MS: integer(60_000, 0, 3_600_000),
    SUPERVISOR_INTERVAL_MS: integer(5_000, 50, 3_600_000),
    /** Time that running handlers and open responses have to finish after a stop. */
    SHUTDOWN_GRACE_MS: integer(3_000, 0, 900_000),
  })
  .transform((env) => ({
    maxWorkers: env.MAX_LOCAL_WORKERS,
    warmWorkers: env.WARM_LOCAL_WORKERS,
    workerIdleMs: env.WORKER_IDLE_MS,
    supervisorIntervalMs: env.SUPERVISOR_INTERVAL_MS,
    shutdownGraceMs: env.SHUTDOWN_GRACE_MS,
  }));

export type LocalSettings = z.output<typeof settingsSchema>;

/**
 * Loads the settings of the local server; `shared/config.ts` loads all others. Empty values count as missing.
 * @throws Error that names each wrong variable and its valid range
 */
export function loadLocalSettings(environment: Record<string, string | undefined>): LocalSettings {
  return parse(settingsSchema, environment);
}

const placeSchema = z.object({ DATA_DIR: z.string().default('.data'), PORT: integer(8_787, 0, 65_535) });

/**
 * Loads the data directory and the port of `npm start`.
 * @throws Error that names each wrong variable and its valid range
 */
export function loadPlace(environment: Record<string, string | undefined>): { dataDir: string; port: number } {
  const env = parse(placeSchema, environment);
  return { dataDir: resolve(env.DATA_DIR), port: env.PORT };
}

function parse<T>(schema: z.ZodType<T>, environment: Record<string, string | undefined>): T {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  // A number that breaks two rules causes the same message twice.
  const faults = new Set(parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`));
  throw new Error([...faults].join('; '));
}
