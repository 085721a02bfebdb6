import { z } from 'zod';
import { idSchema } from '../ids/ids.ts';
import { countSchema } from '../number-schema.ts';
import { outcomeSchema } from '../sample/outcome-schemas.ts';

/** Maximum time in ms of the request that checks a target. */
export const maxCheckMs = 20_000;

const timeMs = z.number().min(0).nullable();

/** What one request to a target showed. No metric is derived from it, because it says nothing about later requests. */
export const checkResultSchema = z.object({
  outcome: outcomeSchema,
  httpStatus: z.number().int().nullable(),
  error: z.object({ code: z.string().nullable(), message: z.string() }).nullable(),
  /** What the exchange shows that its outcome does not tell, one line per note. */
  notes: z.string().nullable(),
  connectMs: timeMs,
  ttftMs: timeMs,
  e2eMs: timeMs,
  finishReason: z.string().nullable(),
  /** Beginning of the answer, without secrets. */
  outputText: z.string(),
  /** Id of the recorded exchange. */
  exchangeId: z.string().nullish(),
});
export type CheckResult = z.infer<typeof checkResultSchema>;

/** The check of one target, for a run or for a request to the API. */
export const targetCheckRecordSchema = z.object({
  ownerId: z.union([idSchema('run'), idSchema('targetCheck')]),
  targetIndex: countSchema,
  tenantId: idSchema('tenant'),
  /** The stored target as JSON, because its body may be nested more deeply than an item allows. */
  targetJson: z.string(),
  /** Encrypted secrets of the target as JSON, until the check has ended. Null if a credential has the secrets. */
  sealedSecrets: z.string().nullable(),
  createdAtMs: z.number(),
  /** Time at which a worker sent the request. It is set once, so that a repeated message sends no second request. */
  startedAtMs: z.number().nullable(),
  expiresAtMs: z.number().nullable(),
  result: checkResultSchema.nullable(),
  /** Number of first requests to record. If absent, none is recorded. A check has one request. */
  recordExchanges: countSchema.optional(),
});
export type TargetCheckRecord = z.infer<typeof targetCheckRecordSchema>;

/** Statuses that say that the address, the method, or the key is wrong for any request. */
const unusableStatuses: ReadonlySet<number | null> = new Set([401, 403, 404, 405, 410]);

/**
 * Returns whether a check shows that no request to the target can succeed. Overload, timeouts, and rejections of the
 * request's content do not show this, because the requests of a run differ from that of the check.
 */
export function showsUnusable({ outcome, httpStatus }: Pick<CheckResult, 'outcome' | 'httpStatus'>): boolean {
  if (outcome === 'http_4xx') return unusableStatuses.has(httpStatus);
  return outcome === 'dns' || outcome === 'connect' || outcome === 'tls' || outcome === 'bad_stream';
}
