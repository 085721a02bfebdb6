import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { AppError, errorCodes } from '../../../shared/errors/app-error.ts';
import type { IdKind } from '../../../shared/ids/ids.ts';
import type { IdempotencyRecord } from '../../../shared/records/records.ts';
import type { Call } from './define-endpoint.ts';

const lifetimeMs = 86_400_000;
/** Age in ms from which an unfinished creation counts as abandoned. A live process creates a resource far sooner. */
const abandonedAfterMs = 30_000;
/** An unfinished creation younger than this (in ms) will probably finish within a second, so clients may retry soon. */
const quickMs = 2_000;

type StoredAnswer = NonNullable<IdempotencyRecord['response']>;

/** Id and secret of the new resource. Every retry uses the same id and secret. */
export type Claimed = { resourceId: string; secret: Uint8Array | null };

type Create = (claimed: Claimed) => Promise<{ path: string; body: unknown }>;

type CreationOptions = {
  kind: IdKind;
  status: 201 | 202;
  /** Length of the random secret. Without it, no secret is created. */
  secretBytes?: number | undefined;
  /** Returns whether the resource still exists. Without it, a retry never checks. */
  isStored?(resourceId: string): Promise<boolean>;
};

/**
 * Creates a resource once per `Idempotency-Key`. The same API key, idempotency key, and body return the same response.
 * A retry after a crash calls `create` again with the same id. A 4xx error makes the idempotency key reusable.
 * @throws AppError IDEMPOTENCY_CONFLICT if another request used the key, CONFLICT if the first request is in progress,
 *   GONE if the resource was deleted
 */
export async function createOnce(
  { c, deps, principal, body }: Call,
  { kind, status, secretBytes, isStored = async () => true }: CreationOptions,
  create: Create,
): Promise<StoredAnswer> {
  const resourceId = deps.ids.next(kind);
  const newSecret = secretBytes === undefined ? null : deps.ids.randomBytes(secretBytes);
  const answer = async (claimed: Claimed): Promise<StoredAnswer> => {
    const created = await create(claimed);
    return { status, headers: { location: created.path }, body: JSON.stringify(created.body) };
  };
  const given = c.req.header('idempotency-key');
  if (given === undefined) return answer({ resourceId, secret: newSecret });
  const { tenantId } = principal;
  const key = `${principal.apiKeyId} ${given}`; // per API key, because a tenant's keys may have different scopes
  const context = { tenantId, idempotencyKey: key };
  const seal = (text: string) => deps.secrets.seal(text, context);
  const open = (sealed: string) => deps.secrets.open(sealed, context);
  const request = `${c.req.method} ${c.req.path}\n${canonicalize(body) ?? ''}`;
  const nowMs = deps.clock.nowMs();
  const claim: IdempotencyRecord = {
    tenantId,
    key,
    requestSha256: computeDigest(request, Buffer.from(deps.ids.randomBytes(16)).toString('hex')),
    resourceId,
    response: null,
    expiresAtMs: nowMs + lifetimeMs,
    ...(newSecret === null ? {} : { sealedSecret: await seal(Buffer.from(newSecret).toString('base64')) }),
  };
  const held = await deps.idempotency.claim(claim, nowMs);
  checkSameRequest(held, request);
  if (held.response !== null) {
    c.header('Idempotent-Replayed', 'true');
    if (!(await isStored(held.resourceId))) throw createGoneError(given, held.response);
    return newSecret === null ? held.response : { ...held.response, body: await open(held.response.body) };
  }
  checkAbandoned(held, claim, nowMs);
  const secret = held.sealedSecret === undefined ? null : Buffer.from(await open(held.sealedSecret), 'base64');
  const answered = await answer({ resourceId: held.resourceId, secret }).catch(async (error: unknown) => {
    // Only a 4xx error releases the idempotency key. After another error, a retry finds what this call created.
    if (error instanceof AppError && errorCodes[error.code].status < 500) await deps.idempotency.release(tenantId, key);
    throw error;
  });
  const stored = newSecret === null ? answered : { ...answered, body: await seal(answered.body) };
  await deps.idempotency.complete(tenantId, key, stored);
  return answered;
}

function createGoneError(key: string, { headers: { location = '' } }: StoredAnswer): AppError {
  const fault = `was used to create ${location}, which was deleted since`;
  const remedy = 'To create the resource again, use a new idempotency key';
  return new AppError('GONE', `The idempotency key ${key} ${fault}. ${remedy}.`, {
    faults: [{ pointer: 'header:idempotency-key', fault, remedy }],
  });
}

/** Creates a resource once per `Idempotency-Key`, and responds with the resource. */
export async function answerOnce(call: Call, options: CreationOptions, create: Create): Promise<Response> {
  const { body, headers } = await createOnce(call, options, create);
  return call.c.body(body, options.status, { ...headers, 'Content-Type': 'application/json' });
}

/** Computes a salted digest. Because of the random salt, equal bodies have different digests. */
function computeDigest(request: string, salt: string): string {
  return `${salt}:${createHash('sha256').update(`${salt}\n${request}`).digest('hex')}`;
}

function checkSameRequest({ requestSha256 }: IdempotencyRecord, request: string): void {
  if (computeDigest(request, requestSha256.slice(0, requestSha256.indexOf(':'))) === requestSha256) return;
  const fault = 'was already used with another body or for another operation';
  const remedy =
    'Use a new idempotency key, such as a UUID, for each new request. Reuse a key only to repeat a request with the same body.';
  throw new AppError('IDEMPOTENCY_CONFLICT', 'A different request used this idempotency key in the last 24 hours', {
    faults: [{ pointer: 'header:idempotency-key', fault, remedy }],
  });
}

function checkAbandoned(held: IdempotencyRecord, claim: IdempotencyRecord, nowMs: number): void {
  const ageMs = nowMs - (held.expiresAtMs - lifetimeMs);
  if (held.requestSha256 === claim.requestSha256 || ageMs >= abandonedAfterMs) return;
  throw new AppError('CONFLICT', 'A request with this idempotency key is still in progress', {
    retryAfterSeconds: ageMs < quickMs ? 1 : Math.ceil((abandonedAfterMs - ageMs) / 1_000),
  });
}
