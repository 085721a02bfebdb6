import { z } from 'zod';

/* What a deployment may choose, and what it chose: edit `stages` below. docs/deploy.md says what each option does. */

const memoryMb = (fallback: number, min: number) => z.number().int().min(min).max(10_240).default(fallback);

const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'is no AWS region, such as us-east-1');

const optionsSchema = z.strictObject({
  region: region.default('us-east-1'),
  removal: z.enum(['retain', 'destroy']).default('retain'),
  pointInTimeRecovery: z.boolean().default(true),
  /** How links in webhooks begin, where a name of your own stands before the API; null: the API's own address. */
  publicUrl: z.url().nullable().default(null),
  apiRequestsPerSecond: z.number().int().min(1).max(10_000).default(50),
  apiBurst: z.number().int().min(1).max(5_000).default(100),
  apiMemoryMb: memoryMb(1_769, 256),
  coordinatorMemoryMb: memoryMb(1_024, 256),
  /** One full vCPU at least: with less of it the reads of a stream are stamped late, and the error bar does not say so (docs/scale.md). */
  workerMemoryMb: memoryMb(1_769, 1_769),
  /** New accounts may have no more than this. */
  finalizerMemoryMb: memoryMb(3_008, 512),
  notifierMemoryMb: memoryMb(512, 256),
  supervisorMemoryMb: memoryMb(512, 256),
  maxWorkers: z.number().int().min(2).max(1_000).default(500),
  provisionedPollers: z
    .strictObject({ min: z.number().int().min(2).max(200), max: z.number().int().min(2).max(2_000) })
    .nullable()
    .default(null),
  /** Where else workers are, for targets that say `runFrom`. */
  workerRegions: z.array(region).max(20).default([]),
  /** Any of the settings of docs/configuration.md, by name. */
  settings: z.record(z.string(), z.string()).default({}),
  logRetentionDays: z.literal([1, 3, 5, 7, 14, 30, 60, 90, 180, 365, 731, 1_827, 3_653]).default(30),
  tracing: z.boolean().default(true),
  alarmEmail: z.email().nullable().default(null),
  tags: z.record(z.string(), z.string()).default({}),
});

export type Options = z.infer<typeof optionsSchema>;
type OptionsInput = z.input<typeof optionsSchema>;

/** The deployments there are; each gets everything of its own, under the name `tokenmeter-<stage>`. */
export const stages: Record<string, OptionsInput> = {
  dev: { removal: 'destroy', pointInTimeRecovery: false, maxWorkers: 50, logRetentionDays: 7 },
  prod: {},
};

/**
 * Fills the defaults in.
 * @throws Error that names each faulty option
 */
export function parseOptions(input: OptionsInput): Options {
  const parsed = optionsSchema.safeParse(input);
  if (!parsed.success)
    throw new Error(`The options of the deployment are not valid.\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/**
 * The options of a stage.
 * @throws Error where there is no such stage, with those there are; or as `parseOptions`
 */
export function optionsOf(stage: string): Options {
  const input = stages[stage];
  if (input === undefined)
    throw new Error(`There is no stage ${stage}; infra/aws/options.ts has ${Object.keys(stages).join(', ')}`);
  if (!/^[a-z][a-z0-9-]{0,19}$/.test(stage))
    throw new Error(`The stage ${stage} wants another name: small letters, digits and hyphens, at most 20`);
  return parseOptions(input);
}
