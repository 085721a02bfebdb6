import type { z } from 'zod';
import { AppError, throwFaults } from '../../../shared/errors/app-error.ts';
import type { TargetCheckRecord } from '../../../shared/records/target-check.ts';
import { validateRunSpec } from '../../../shared/runs/checks/validate-run-spec.ts';
import { buildStoredSpec } from '../../../shared/runs/create-run.ts';
import { sendCheck } from '../../../shared/runs/send-check.ts';
import { runSpecInputSchema } from '../../../shared/spec/run-spec.ts';
import { takeSecrets } from '../../../shared/spec/target-secrets.ts';
import type { ApiDeps } from '../compose.ts';
import type { Caller } from '../http/define-endpoint.ts';
import type { targetCheckBodySchema } from './schemas.ts';

/** Time in ms for which the results of a check are available. */
const lifetimeMs = 900_000;
/** Maximum size of a stored target in bytes, so that its check fits into a DynamoDB item (400 KB). */
const maxTargetBytes = 300_000;

const leastLoad = { mode: 'concurrency', stages: [{ concurrency: 1, requests: 1 }], warmupRequests: 0 };

/**
 * Stores a check of each target, and sends a message for each to the workers. A retry with the same id repeats only the
 * messages, and a worker sends only one request to each target.
 * @throws AppError INVALID_SPEC if a run could not have the targets, or RATE_LIMITED
 */
export async function createTargetCheck(
  { deps, tenantId }: Caller,
  { targets, recordExchanges }: z.output<typeof targetCheckBodySchema>,
  ownerId: string,
): Promise<TargetCheckRecord[]> {
  const input = runSpecInputSchema.parse({ targets, load: leastLoad });
  const { prices } = await validateRunSpec(deps, tenantId, input);
  const spec = buildStoredSpec(input, 0, prices);
  const texts = spec.targets.map((target) => JSON.stringify(target));
  throwFaults('INVALID_SPEC', texts.flatMap(findSizeFault));
  await limitChecks(deps, tenantId, targets.length);
  const createdAtMs = deps.clock.nowMs();
  const checks: TargetCheckRecord[] = [];
  for (const [targetIndex, target] of spec.targets.entries()) {
    const secrets = takeSecrets(targets[targetIndex] ?? {});
    const context = { tenantId, ownerId, targetIndex: String(targetIndex) };
    const check: TargetCheckRecord = {
      ...{ ownerId, targetIndex, tenantId, createdAtMs, startedAtMs: null, result: null },
      targetJson: texts[targetIndex] ?? '',
      sealedSecrets: secrets === null ? null : await deps.secrets.seal(JSON.stringify(secrets), context),
      expiresAtMs: createdAtMs + lifetimeMs,
      ...(recordExchanges === undefined ? {} : { recordExchanges }),
    };
    await deps.targetChecks.create(check);
    await sendCheck(deps, check, target);
    checks.push(check);
  }
  return checks;
}

function findSizeFault(text: string, index: number) {
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxTargetBytes) return [];
  const remedy = `Use at most ${maxTargetBytes} bytes. Shorten body or headers`;
  return [{ pointer: `/targets/${index}`, fault: `has ${bytes} bytes, including the default values`, remedy }];
}

const windowMs = 60_000;

/** Counts the checked targets of the tenant in the current minute. */
async function limitChecks({ rateLimits, clock, config }: ApiDeps, tenantId: string, count: number): Promise<void> {
  const nowMs = clock.nowMs();
  const windowStartMs = Math.floor(nowMs / windowMs) * windowMs;
  const limit = config.maxTargetChecksPerMinute;
  for (let each = 0; each < count; each++) {
    if ((await rateLimits.hit(tenantId, 'target-checks', windowStartMs, windowMs)) <= limit) continue;
    const retryAfterSeconds = Math.max(1, Math.ceil((windowStartMs + windowMs - nowMs) / 1_000));
    const detail = `The tenant checked more than ${limit} targets in this minute (MAX_TARGET_CHECKS_PER_MINUTE)`;
    throw new AppError('RATE_LIMITED', detail, { retryAfterSeconds });
  }
}
