import { z } from 'zod';

import quickstart from '../../../examples/quickstart.json' with { type: 'json' };
import ratePoisson from '../../../examples/rate-poisson.json' with { type: 'json' };
import rounds from '../../../examples/rounds.json' with { type: 'json' };
import sweepKnee from '../../../examples/sweep-knee.json' with { type: 'json' };
import trace from '../../../examples/trace.json' with { type: 'json' };
import { idSchema } from '../../../shared/ids/ids.ts';
import { countSchema } from '../../../shared/number-schema.ts';
import { batchProgressSchema, runRecordSchema } from '../../../shared/records/records.ts';
import { runSourceSchema } from '../../../shared/records/run-source.ts';
import { importedSchema } from '../../../shared/sample/imported.ts';
import { runSpecInputSchema, shownRunSpecSchema, webhookSubscriptionSchema } from '../../../shared/spec/run-spec.ts';
import { keySchema } from '../../../shared/spec/target-key.ts';
import { clientKeySchema, secretHeadersSchema } from '../../../shared/spec/target-secrets.ts';
import { instantSchema, pageSchema } from '../http/schemas.ts';

/** Body of `POST /v1/runs` and `POST /v1/estimates`. */
export const runSpecBodySchema = runSpecInputSchema.meta({
  id: 'RunSpecInput',
  description:
    'What to measure and how. All fields except `targets` have defaults. A minimum or partial limit is at most its maximum, and an SLO has one of them. Alternatives exclude each other, and one of them is required. A field that belongs to another field, protocol, signature or mode requires it. HTTP, the protocol, the key and the workload reserve their headers, parameters and body fields. Weights and counts fit: one weight for each value, and enough requests for the streams and for `stopWhen`. Entries are in order of time. Bounds leave room for random draws and for the smallest prompt. Secrets fit the target and come from the spec or from a credential. Certificates and keys are readable PEM. Prices are complete and match the price book. Ids are unique and exist, and what they refer to fits the spec. A spec has at most 300,000 bytes with its defaults',
  // One example per load mode. The API reference page shows all of them; curl commands use the first one.
  examples: [quickstart, rounds, ratePoisson, sweepKnee, trace],
});

const { warmupDone, busyMs: _busy, tally: _tally, ...countFields } = batchProgressSchema.shape;

const stageProgressSchema = z
  .object({
    stageIndex: countSchema.describe('Index of the stage in the plan'),
    targetId: z.string().describe('Id of the target'),
    levelIndex: countSchema.describe('Index of the load level, in run order'),
    status: z.enum(['pending', 'running', 'done']).meta({ id: 'StageProgressStatus' }),
    planned: countSchema.describe('Number of planned measured requests'),
    ...countFields,
    warmupPlanned: countSchema,
    warmupDone,
    ttftMeanMs: z
      .number()
      .nullable()
      .describe('Mean TTFT of the successful requests so far in milliseconds. Null if none has one'),
    outputTokensPerSecond: z
      .number()
      .nullable()
      .describe(
        'Output tokens of the successful requests so far, per second since the first one. Null if none is finished',
      ),
  })
  .meta({ id: 'StageProgress' });

const runProgressSchema = z
  .object({
    stages: z.array(stageProgressSchema),
    planned: countSchema.describe('Number of planned measured requests in all stages'),
    ended: countSchema.describe('Number of planned requests that are ok, failed, disturbed, canceled or not sent'),
    share: z
      .number()
      .min(0)
      .max(1)
      .describe('Share of the run that is done. It never falls. For a search: share of the levels that it can have'),
    waitingSince: instantSchema
      .nullable()
      .describe(
        'Time since which the run waits for workers, until its group of stages starts. Null if it does not wait',
      ),
    elapsedMs: z.number().nullable().describe('Time since the start in milliseconds. Null while queued'),
    costUsd: z
      .number()
      .nullable()
      .describe('Cost of the tokens so far in USD, including warm-up. Null if a target has no token prices'),
    remainingMs: z
      .number()
      .nullable()
      .describe(
        'Remaining time in milliseconds, estimated from the measured duration of requests. Null if unknown, and for a search',
      ),
    maxRemainingMs: z
      .number()
      .nullable()
      .describe(
        'Upper bound of the remaining time of a search in milliseconds, if requests stay as fast as measured. Null if unknown, and for other loads',
      ),
  })
  .meta({ id: 'RunProgress' });

const {
  runId,
  status,
  check,
  priority,
  stop,
  failure,
  verdict,
  trust,
  trustReasons,
  manifestSha256,
  rerunOf,
  scheduleId,
} = runRecordSchema.shape;
const linksSchema = z.object({ self: z.string(), report: z.string(), samples: z.string(), manifest: z.string() });

export const runSummarySchema = z
  .object({
    runId,
    name: z.string().nullable().describe('Present name of the run. The spec, manifest and report keep the first one'),
    status,
    stop,
    failure,
    verdict,
    trust,
    trustReasons,
    createdAt: instantSchema,
    startedAt: instantSchema.nullable(),
    endedAt: instantSchema.nullable(),
    targets: z.array(z.object({ id: z.string(), model: z.string() })),
    metadata: z.record(z.string(), z.string()).describe('Present metadata of the run'),
    pinned: z.boolean().describe('Whether bulk deletion and expiry keep the run'),
    source: runSourceSchema.describe('What created the run'),
    manifestSha256,
    rerunOf,
    scheduleId,
    links: linksSchema.describe('Paths relative to this API'),
  })
  .meta({ id: 'RunSummary' });

export const runSchema = runSummarySchema
  .extend({
    spec: shownRunSpecSchema.nullable().describe('Spec of the run. Null for imported runs'),
    imported: importedSchema.nullable().describe('Origin of an imported run. Null for measured runs'),
    check,
    priority,
    webhookEndpointIds: runRecordSchema.shape.webhookEndpointIds,
    progress: runProgressSchema,
  })
  .meta({ id: 'Run' });
export type RunView = z.infer<typeof runSchema>;

/** The data of a server-sent event. */
export const runEventSchema = runSchema
  .pick({ runId: true, status: true, stop: true, failure: true, verdict: true, trust: true, progress: true })
  .meta({ id: 'RunEvent', description: 'A run at the time of a server-sent event' });
export type StageView = z.infer<typeof stageProgressSchema>;

export const runPageSchema = pageSchema(runSummarySchema).meta({ id: 'RunPage' });

const { name, metadata } = runSpecInputSchema.shape;

export const runChangeSchema = z
  .strictObject({
    name: name.unwrap().nullable().exactOptional().describe('New name. Null removes the name'),
    metadata: z
      .record(metadata.unwrap().keyType, metadata.unwrap().valueType.nullable())
      .exactOptional()
      .describe(
        'Entries to add or replace. Null removes an entry. Other entries stay. Together with the name, at most 30,000 bytes',
      ),
    pinned: z.boolean().exactOptional().describe('Whether bulk deletion and expiry keep the run'),
  })
  .meta({ id: 'RunChange', examples: [{ name: 'before the upgrade', metadata: { ticket: 'OPS-7' }, pinned: true }] });

const byTarget = <S extends z.ZodType>(value: S) => z.record(z.string().min(1).max(40), value).exactOptional();

export const rerunBodySchema = z
  .strictObject({
    apiKeys: byTarget(keySchema).describe(
      'API keys by target id, to replace keys that were deleted with the original run. Write-only',
    ),
    secretHeaders: byTarget(secretHeadersSchema).describe('Secret headers by target id'),
    clientKeys: byTarget(clientKeySchema).describe('Client keys by target id'),
    credentialIds: byTarget(idSchema('credential')).describe('Credential ids by target id'),
    webhooks: z.array(webhookSubscriptionSchema).max(10).exactOptional().describe('Webhooks for this run only'),
  })
  .meta({
    id: 'RerunInput',
    description:
      'Requires the secrets that were deleted with the original run. Its dataset and baseline still exist. A target has either a credential or other secrets',
    examples: [{ apiKeys: { 'target-1': 'sk-example' } }],
  });
