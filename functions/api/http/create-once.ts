import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { AppError, errorCodes } from '../../../shared/errors/app-error.ts';
import type { Deps } from '../../../shared/ports.ts';
import type { IdempotencyRecord } from '../../../shared/records/records.ts';

const lifetimeMs = 86_400_000;
/** An older claim belongs to a dead process, because a creation never takes this long. */
const abandonedAfterMs = 30_000;
/** A younger claim is likely to finish within a second. */
const quickMs = 2_000;

/** The stored response for repeated requests. */
export type StoredAnswer = NonNullable<IdempotencyRecord['response']>;

export type CreateOnceRequest = {
  tenantId: string;
  /** The `Idempotency-Key`; null makes each request independent. */
  key: string | null;
  /** Method and path. The same key with another operation is a conflict. */
  operation: string;
  body: unknown;
  /** The id of the new resource, unless an earlier claim fixed one. */
  newResourceId: string;
  /** A secret of the new resource, sealed in the record with the response; null if there is none. */
  newSecret: Uint8Array | null;
};

/** The id and secret of the creation, equal for all retries. */
export type Claimed = { resourceId: string; secret: Uint8Array | null };

type OnceDeps = Pick<Deps, 'idempotency' | 'clock' | 'secrets' | 'ids'>;

/**
 * Creates a resource once per idempotency key. The same key and body return the same response (`replayed`). `create` must
 * be repeatable: a retry after a crash calls it with the same id. A rejection (4xx) releases the key.
 * @throws AppError IDEMPOTENCY_CONFLICT if another request used the key, CONFLICT while the first request is in progress
 */
export async function createOnce(
  deps: OnceDeps,
  request: CreateOnceRequest,
  create: (claimed: Claimed) => Promise<StoredAnswer>,
): Promise<{ answer: StoredAnswer; replayed: boolean }> {
  const { tenantId, key, newResourceId, newSecret } = request;
  if (key === null) {
    return { answer: await create({ resourceId: newResourceId, secret: newSecret }), replayed: false };
  }
  const nowMs = deps.clock.nowMs();
  const context = { tenantId, idempotencyKey: key };
  const claim = await buildClaim(deps, request, key, nowMs);
  const held = await deps.idempotency.claim(claim, nowMs);
  checkSameRequest(held, request);
  if (held.response !== null) {
    const body = newSecret === null ? held.response.body : await deps.secrets.open(held.response.body, context);
    return { answer: { ...held.response, body }, replayed: true };
  }
  checkAbandoned(held, claim, nowMs);
  const secret = held.sealedSecret === undefined ? null : await deps.secrets.open(held.sealedSecret, context);
  const claimed = { resourceId: held.resourceId, secret: secret === null ? null : Buffer.from(secret, 'base64') };
  const answer = await create(claimed).catch(async (error: unknown) => {
    // Only a rejection releases the key. After other failures, the retry must find partial results under the same id.
    if (error instanceof AppError && errorCodes[error.code].status < 500) await deps.idempotency.release(tenantId, key);
    throw error;
  });
  const body = newSecret === null ? answer.body : await deps.secrets.seal(answer.body, context);
  await deps.idempotency.complete(tenantId, key, { ...answer, body });
  return { answer, replayed: false };
}

async function buildClaim(
  deps: OnceDeps,
  request: CreateOnceRequest,
  key: string,
  nowMs: number,
): Promise<IdempotencyRecord> {
  const { tenantId, newResourceId, newSecret } = request;
  const salt = Buffer.from(deps.ids.randomBytes(16)).toString('hex');
  const claim: IdempotencyRecord = {
    tenantId,
    key,
    requestSha256: computeDigest(request, salt),
    resourceId: newResourceId,
    response: null,
    expiresAtMs: nowMs + lifetimeMs,
  };
  if (newSecret === null) return claim;
  const text = Buffer.from(newSecret).toString('base64');
  return { ...claim, sealedSecret: await deps.secrets.seal(text, { tenantId, idempotencyKey: key }) };
}

/** Computes a salted digest, so that stored digests do not reveal equal or guessed bodies. */
function computeDigest(request: CreateOnceRequest, salt: string): string {
  const text = `${salt}\n${request.operation}\n${canonicalize(request.body) ?? ''}`;
  return `${salt}:${createHash('sha256').update(text).digest('hex')}`;
}

function checkSameRequest(held: IdempotencyRecord, request: CreateOnceRequest): void {
  const salt = held.requestSha256.slice(0, held.requestSha256.indexOf(':'));
  if (computeDigest(request, salt) === held.requestSha256) return;
  throw new AppError('IDEMPOTENCY_CONFLICT', 'Another request used this idempotency key in the last 24 hours', {
    faults: [
      {
        pointer: 'header:idempotency-key',
        fault: 'was used with another body or for another operation',
        remedy: 'Use a new key, such as a UUID, for each new request. Repeat a key only with the same body.',
      },
    ],
  });
}

function checkAbandoned(held: IdempotencyRecord, claim: IdempotencyRecord, nowMs: number): void {
  const ours = held.requestSha256 === claim.requestSha256;
  const claimedAtMs = held.expiresAtMs - lifetimeMs;
  const ageMs = nowMs - claimedAtMs;
  if (ours || ageMs >= abandonedAfterMs) return;
  throw new AppError('CONFLICT', 'A request with this idempotency key is still in progress', {
    retryAfterSeconds: ageMs < quickMs ? 1 : Math.ceil((abandonedAfterMs - ageMs) / 1_000),
  });
}
