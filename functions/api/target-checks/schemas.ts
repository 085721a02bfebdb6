import { z } from 'zod';
import { idSchema } from '../../../shared/ids/ids.ts';
import { checkResultSchema } from '../../../shared/records/target-check.ts';
import { runSpecInputSchema } from '../../../shared/spec/run-spec.ts';
import { targetSchema } from '../../../shared/spec/target.ts';
import { instantSchema } from '../http/schemas.ts';

export const targetCheckBodySchema = z
  .strictObject({
    targets: z.array(targetSchema).min(1).max(20),
    recordExchanges: runSpecInputSchema.shape.recordExchanges,
  })
  .meta({
    id: 'TargetCheckInput',
    examples: [{ targets: [{ baseUrl: 'https://api.example.com/v1', model: 'my-model', apiKey: 'sk-example' }] }],
  });

const { outcome, httpStatus, connectMs, ttftMs, e2eMs, finishReason, outputText } = checkResultSchema.shape;

const targetCheckResultSchema = z
  .object({
    targetId: z.string(),
    address: z.string().describe('Address of the target, without its query'),
    passed: z.boolean().nullable().describe('Whether the target answered as its protocol requires. Null while pending'),
    outcome: outcome.nullable().describe('Outcome of the request, as in samples. Null while pending'),
    httpStatus,
    connectMs: connectMs.describe('Time to open the connection in milliseconds, with DNS and TLS'),
    ttftMs: ttftMs.describe('Time to first token in milliseconds. One request says nothing about later requests'),
    e2eMs: e2eMs.describe('End-to-end latency in milliseconds'),
    finishReason,
    outputText: outputText.nullable().describe('Beginning of the answer'),
    notes: z.array(z.string()).describe('What contradicts the outcome or the usage, as in samples'),
    failure: z.string().nullable().describe('What went wrong. Null if the target passed'),
    remedy: z.string().nullable().describe('What to do'),
    exchangeId: z.string().nullable().describe('Id of the recorded exchange'),
  })
  .meta({ id: 'TargetCheckResult' });
export type TargetCheckResultView = z.infer<typeof targetCheckResultSchema>;

export const targetCheckSchema = z
  .object({
    targetCheckId: idSchema('targetCheck'),
    status: z.enum(['pending', 'done']).meta({ id: 'TargetCheckStatus' }),
    passed: z.boolean().nullable().describe('Whether all targets passed. Null while pending'),
    createdAt: instantSchema,
    expiresAt: instantSchema.describe('Time at which the check is deleted'),
    results: z.array(targetCheckResultSchema).describe('One result for each target, in the order of the request'),
  })
  .meta({ id: 'TargetCheck' });
export type TargetCheckView = z.infer<typeof targetCheckSchema>;
