import { z } from 'zod';

/** Options of a deployment. To change an option, edit `stages` below. docs/deploy.md describes each option. */

const memoryMb = (fallback: number, min: number) => z.number().int().min(min).max(10_240).default(fallback);

const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be an AWS region, such as us-east-1');

const resourceId = (kind: string) =>
  z.string().regex(new RegExp(`^${kind}-[0-9a-f]{8,17}$`), `must be an id such as ${kind}-0a1b2c3d`);

const vpcSchema = z.strictObject({
  subnetIds: z.array(resourceId('subnet')).min(1).max(16),
  securityGroupIds: z.array(resourceId('sg')).min(1).max(5),
});

const optionsSchema = z.strictObject({
  region: region.default('us-east-1'),
  removal: z.enum(['retain', 'destroy']).default('retain'),
  pointInTimeRecovery: z.boolean().default(true),
  /** Base URL of the links in webhook events, for an API with a custom domain. If null, links use the API's own URL. */
  publicUrl: z.url().nullable().default(null),
  apiRequestsPerSecond: z.number().int().min(1).max(10_000).default(500),
  apiBurst: z.number().int().min(1).max(5_000).default(1_000),
  /** Requests per second to the pages that need no API key. They do not use up those of keys. */
  publicRequestsPerSecond: z.number().int().min(1).max(10_000).default(20),
  apiMemoryMb: memoryMb(1_769, 256),
  coordinatorMemoryMb: memoryMb(1_024, 256),
  /** Memory in MB. The minimum gives one vCPU. With less CPU, timestamps are late but look correct (docs/scale.md). */
  workerMemoryMb: memoryMb(1_769, 1_769),
  /** Memory in MB. The default is the maximum for new AWS accounts. */
  finalizerMemoryMb: memoryMb(3_008, 512),
  notifierMemoryMb: memoryMb(512, 256),
  supervisorMemoryMb: memoryMb(512, 256),
  maxWorkers: z.number().int().min(2).max(1_000).default(500),
  /** Whether api, coordinator, and supervisor have concurrency of their own, which workers cannot use up. */
  reserveConcurrency: z.boolean().default(true),
  provisionedPollers: z
    .strictObject({ min: z.number().int().min(2).max(200), max: z.number().int().min(2).max(2_000) })
    .nullable()
    .default(null),
  /** Additional regions with workers, for targets that specify `runFrom`. */
  workerRegions: z.array(region).max(20).default([]),
  /** ARNs of Bedrock models, inference profiles, and SageMaker endpoints that workers may call with their own role. */
  modelArns: z
    .array(z.string().regex(/^arn:aws(-[a-z]+)*:(bedrock|sagemaker):/, 'must be an ARN of Bedrock or SageMaker'))
    .max(50)
    .default([]),
  /** VPC by region, in which workers, and the notifier in the main region, run. Default: none. */
  vpcs: z.record(region, vpcSchema).default({}),
  /** Environment variables by name, as described in docs/configuration.md. */
  settings: z.record(z.string(), z.string()).default({}),
  logRetentionDays: z.literal([1, 3, 5, 7, 14, 30, 60, 90, 180, 365, 731, 1_827, 3_653]).default(30),
  tracing: z.boolean().default(true),
  alarmEmail: z.email().nullable().default(null),
  /** ARNs of existing SNS topics that alarms notify, each in the region of its alarms. */
  alarmTopicArns: z
    .array(z.string().regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/, 'must be the ARN of an SNS topic'))
    .max(4)
    .default([]),
  tags: z.record(z.string(), z.string()).default({}),
});

export type Vpc = z.infer<typeof vpcSchema>;
export type Options = z.infer<typeof optionsSchema>;
type OptionsInput = z.input<typeof optionsSchema>;

/** All deployments by stage name. Deployments share no resources. A stage's stack is named `tokenmeter-<stage>`. */
export const stages: Record<string, OptionsInput> = {
  dev: { removal: 'destroy', pointInTimeRecovery: false, maxWorkers: 50, logRetentionDays: 7 },
  prod: {},
};

/** Validates the options of a deployment and adds the defaults. Throws an error that lists each invalid option. */
export function parseOptions(input: OptionsInput): Options {
  const parsed = optionsSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new Error(`The options of the deployment are not valid.\n${z.prettifyError(parsed.error)}`);
}

/** Returns a deployment stage's options. Throws an error if the stage does not exist or its options are invalid. */
export function readOptions(stage: string): Options {
  const input = stages[stage];
  if (input === undefined)
    throw new Error(
      `Unknown deployment stage ${stage}. Deployment stages in infra/aws/options.ts: ${Object.keys(stages).join(', ')}`,
    );
  if (!/^[a-z][a-z0-9-]{0,19}$/.test(stage))
    throw new Error(
      `The deployment stage name ${stage} is not valid. Use at most 20 lowercase letters, digits, and hyphens, and start with a letter`,
    );
  return parseOptions(input);
}
