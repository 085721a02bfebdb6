import { z } from 'zod';
import quickstart from '../../../examples/quickstart.json' with { type: 'json' };
import ratePoisson from '../../../examples/rate-poisson.json' with { type: 'json' };
import rounds from '../../../examples/rounds.json' with { type: 'json' };
import sweepKnee from '../../../examples/sweep-knee.json' with { type: 'json' };
import trace from '../../../examples/trace.json' with { type: 'json' };
import { idSchema } from '../../../shared/ids/ids.ts';
import { failureSchema, runStatuses, stopReasonSchema } from '../../../shared/records/records.ts';
import { importedSchema } from '../../../shared/sample/imported.ts';
import { runSpecInputSchema, runSpecSchema, webhookSubscriptionSchema } from '../../../shared/spec/run-spec.ts';
import { keySchema } from '../../../shared/spec/target-key.ts';
import { instantSchema, pageQuerySchema, pageSchema } from '../http/schemas.ts';

/** The body of `POST /v1/runs` and `POST /v1/estimates`. */
export const runSpecBodySchema = runSpecInputSchema.meta({
  id: 'RunSpecInput',
  description: 'What to measure, and how. Everything but targets has a default',
  // One for each way to ask: the page shows them, and the first is what to paste.
  examples: [quickstart, rounds, ratePoisson, sweepKnee, trace],
});

const count = z.int().min(0);

const stageProgressSchema = z
  .object({
    stageIndex: count.describe('Position in the plan'),
    targetId: z.string().describe('Id of the target'),
    levelIndex: count.describe('Index of the load level, in the order in which the target is run at them'),
    status: z.enum(['pending', 'running', 'done']),
    planned: count.describe('Measured requests'),
    issued: count,
    inFlight: count.describe('Open now, as workers last said (about every second)'),
    ok: count,
    failed: count,
    canceled: count,
    notSent: count,
    warmupPlanned: count,
    warmupDone: count,
  })
  .meta({ id: 'StageProgress' });
export type StageProgress = z.infer<typeof stageProgressSchema>;

const runProgressSchema = z
  .object({
    stages: z.array(stageProgressSchema),
    planned: count.describe('Measured requests of all stages'),
    ended: count.describe('Of those: ok, failed, canceled or not to be sent'),
    share: z.number().min(0).max(1).describe('ended / planned'),
    elapsedMs: z.number().nullable().describe('Since the start; null while queued'),
    remainingMs: z.number().nullable().describe('By the pace so far; null where it cannot be told'),
  })
  .meta({ id: 'RunProgress' });
export type RunProgress = z.infer<typeof runProgressSchema>;

const linksSchema = z.object({ self: z.string(), report: z.string(), samples: z.string(), manifest: z.string() });

export const runSummarySchema = z
  .object({
    runId: idSchema('run'),
    name: z.string().nullable(),
    status: z.enum(runStatuses).describe('queued, running, finalizing, then completed, failed or canceled'),
    stop: stopReasonSchema.nullable().describe('Why it takes no more requests; null: nothing stopped it'),
    failure: failureSchema.nullable(),
    verdict: z.enum(['pass', 'fail']).nullable().describe('Of the assertions; null: none, or not yet'),
    trust: z.enum(['ok', 'suspect']).nullable().describe('Whether the instrument disturbed the numbers'),
    trustReasons: z.array(z.string()),
    createdAt: instantSchema,
    startedAt: instantSchema.nullable(),
    endedAt: instantSchema.nullable(),
    targets: z.array(z.object({ id: z.string(), model: z.string() })),
    metadata: z.record(z.string(), z.string()),
    source: z.enum(['measured', 'imported']),
    manifestSha256: z
      .string()
      .describe('Of the canonical manifest, in hex: equal hashes, equal requests; of an import, equal files'),
    rerunOf: idSchema('run').nullable(),
    scheduleId: idSchema('schedule').nullable().describe('Of the schedule that started it'),
    links: linksSchema.describe('Relative to this API'),
  })
  .meta({ id: 'RunSummary' });

export const runSchema = runSummarySchema
  .extend({
    spec: runSpecSchema
      .omit({ imported: true })
      .meta({ id: 'RunSpec', description: 'As it is kept: defaults filled in, the seed drawn, no secret' })
      .nullable()
      .describe('Null for an imported run: nothing was asked by this service'),
    imported: importedSchema.nullable().describe('What an imported run came from; null for one that was measured'),
    webhookEndpointIds: z.array(idSchema('webhookEndpoint')).describe('Of the webhooks that came with the spec'),
    progress: runProgressSchema,
  })
  .meta({ id: 'Run' });
export type RunView = z.infer<typeof runSchema>;

export const runQuerySchema = pageQuerySchema.extend({
  scheduleId: idSchema('schedule').optional().describe('Only the runs that this schedule started'),
});

export const runPageSchema = pageSchema(runSummarySchema).meta({ id: 'RunPage' });

const byTarget = (value: z.ZodString | ReturnType<typeof idSchema>) =>
  z.record(z.string().min(1).max(40), value).exactOptional();

export const rerunBodySchema = z
  .strictObject({
    apiKeys: byTarget(keySchema).describe("Write-only: keys by target id, where the first run's own are gone"),
    credentialIds: byTarget(idSchema('credential')).describe('Credentials by target id'),
    webhooks: z.array(webhookSubscriptionSchema).max(10).exactOptional().describe('For this run alone'),
  })
  .meta({ id: 'RerunInput', examples: [{ apiKeys: { 'target-1': 'sk-example' } }] });
