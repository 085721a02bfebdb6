import { timingSafeEqual } from 'node:crypto';
import type { ApiScope } from '../domain/api-scope.ts';
import { AppError } from '../domain/app-error.ts';
import type { Deps } from '../ports.ts';
import { hashApiKey, parseApiKey } from './api-key-text.ts';

/** Who is asking, and what they may do. */
export type Principal = { tenantId: string; apiKeyId: string; scopes: readonly ApiScope[] };

const refusal = 'The API key is unknown, revoked or expired';

/**
 * The principal of an `Authorization: Bearer tm_…` header. The record is read each time, so that a revoked key is
 * refused from the next request on.
 * @throws AppError UNAUTHENTICATED, with the same words for a key that never existed and one that was revoked
 */
export async function authenticate(
  deps: Pick<Deps, 'apiKeys' | 'clock'>,
  authorization: string | undefined,
): Promise<Principal> {
  if (authorization === undefined) throw unauthenticated('The Authorization header is missing');
  const text = /^Bearer +([^ ]+) *$/i.exec(authorization)?.[1];
  if (text === undefined) throw unauthenticated('The Authorization header is not of the form "Bearer <api key>"');
  const named = parseApiKey(text);
  if (named === null) throw unauthenticated(refusal);
  const record = await deps.apiKeys.get(named.tenantId, named.apiKeyId);
  if (record === null) throw unauthenticated(refusal);
  const same = timingSafeEqual(Buffer.from(hashApiKey(text), 'hex'), Buffer.from(record.sha256, 'hex'));
  const expired = record.expiresAtMs !== null && record.expiresAtMs <= deps.clock.nowMs();
  if (!same || expired) throw unauthenticated(refusal);
  return { tenantId: record.tenantId, apiKeyId: record.apiKeyId, scopes: record.scopes };
}

function unauthenticated(detail: string): AppError {
  return new AppError('UNAUTHENTICATED', detail, {
    faults: [
      {
        pointer: 'header:authorization',
        fault: detail,
        remedy: 'Send "Authorization: Bearer tm_…" with a valid key; make one with POST /v1/api-keys',
      },
    ],
  });
}
