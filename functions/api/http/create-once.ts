import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { AppError, errorCodes } from '../../../shared/errors/app-error.ts';
import type { IdKind } from '../../../shared/ids/ids.ts';
import type { IdempotencyRecord } from '../../../shared/records/records.ts';
import type { Call } from './define-endpoint.ts';

const lifetimeMs = 86_400_000;
/** An older claim belongs to a dead process, because a creation never takes this long. */
const abandonedAfterMs = 30_000;
/** A younger claim is likely to finish within a second. */
const quickMs = 2_000;

type StoredAnswer = NonNullable<IdempotencyRecord['response']>;

/** The id and secret of the creation, equal for all retries. */
export type Claimed = { resourceId: string; secret: Uint8Array | null };

type Create = (claimed: Claimed) => Promise<{ path: string; body: unknown }>;

/** `secretBytes` is the length of a random secret that is fixed with the id. Default: no secret. */
type CreationOptions = { kind: IdKind; status: 201 | 202; secretBytes?: number | undefined };

/**
 * Creates a resource once per `Idempotency-Key` of an API key: the same key and body return the same response. `create`
 * must be repeatable: a retry after a crash calls it with the same id. A rejection (4xx) releases the key.
 * @throws AppError IDEMPOTENCY_CONFLICT if another request used the key, CONFLICT while the first one is in progress
 */
export async function createOnce(
  { c, deps, principal, body }: Call,
  { kind, status, secretBytes }: CreationOptions,
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
  const key = `${principal.apiKeyId} ${given}`; // another API key of the tenant may have fewer scopes
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
    return newSecret === null ? held.response : { ...held.response, body: await open(held.response.body) };
  }
  checkAbandoned(held, claim, nowMs);
  const secret = held.sealedSecret === undefined ? null : Buffer.from(await open(held.sealedSecret), 'base64');
  const answered = await answer({ resourceId: held.resourceId, secret }).catch(async (error: unknown) => {
    // Only a rejection releases the key. After other failures, the retry must find partial results under the same id.
    if (error instanceof AppError && errorCodes[error.code].status < 500) await deps.idempotency.release(tenantId, key);
    throw error;
  });
  const stored = newSecret === null ? answered : { ...answered, body: await seal(answered.body) };
  await deps.idempotency.complete(tenantId, key, stored);
  return answered;
}

/** Creates a resource once per `Idempotency-Key` and responds with it. */
export async function answerOnce(call: Call, options: CreationOptions, create: Create): Promise<Response> {
  const { body, headers } = await createOnce(call, options, create);
  return call.c.body(body, options.status, { ...headers, 'Content-Type': 'application/json' });
}

/** Computes a salted digest, so that stored digests do not reveal equal or guessed bodies. */
function computeDigest(request: string, salt: string): string {
  return `${salt}:${createHash('sha256').update(`${salt}\n${request}`).digest('hex')}`;
}

function checkSameRequest({ requestSha256 }: IdempotencyRecord, request: string): void {
  if (computeDigest(request, requestSha256.slice(0, requestSha256.indexOf(':'))) === requestSha256) return;
  const fault = 'was used with another body or for another operation';
  const remedy = 'Use a new key, such as a UUID, for each new request. Repeat a key only with the same body.';
  throw new AppError('IDEMPOTENCY_CONFLICT', 'Another request used this idempotency key in the last 24 hours', {
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
