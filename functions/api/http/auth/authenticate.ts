import { timingSafeEqual } from 'node:crypto';
import type { Config } from '../../../../shared/config.ts';
import { AppError } from '../../../../shared/errors/app-error.ts';
import type { Deps } from '../../../../shared/ports.ts';
import type { ApiScope } from '../../../../shared/records/api-scope.ts';
import { hashApiKey, parseApiKey } from './api-key-text.ts';

/** The tenant, key and scopes of the caller. */
export type Principal = { tenantId: string; apiKeyId: string; scopes: readonly ApiScope[] };

type Rejection = { fault: string; remedy: string };

const rejections = {
  missing: { fault: 'The Authorization header is missing', remedy: 'Send "Authorization: Bearer tm_…"' },
  empty: {
    fault: 'The Authorization header has no key after "Bearer"',
    remedy: 'Add the key. If it comes from a variable, such as $TOKENMETER_KEY, the variable is empty',
  },
  otherScheme: {
    fault: 'The Authorization header is not of the form "Bearer <api key>"',
    remedy: 'Send "Bearer", a space and the key, and nothing else',
  },
  noKey: {
    fault: 'The text after "Bearer" is not an API key of this service',
    remedy: 'Copy the complete key: it starts with tm_ and has 100 characters',
  },
  refused: {
    fault: 'The API key is unknown, revoked or expired',
    remedy: 'Send a valid key of this deployment and data directory',
  },
} as const satisfies Record<string, Rejection>;

/**
 * Returns the principal of an `Authorization: Bearer tm_…` header. Reads the record on every request, so a revocation
 * applies immediately.
 * @throws AppError UNAUTHENTICATED, with the same text for unknown and revoked keys
 */
export async function authenticate(
  deps: Pick<Deps, 'apiKeys' | 'clock' | 'config'>,
  authorization: string | undefined,
): Promise<Principal> {
  const refuse = (rejection: Rejection) => unauthenticated(rejection, deps.config);
  if (authorization === undefined) throw refuse(rejections.missing);
  if (/^Bearer *$/i.test(authorization)) throw refuse(rejections.empty);
  const text = /^Bearer +([^ ]+) *$/i.exec(authorization)?.[1];
  if (text === undefined) throw refuse(rejections.otherScheme);
  const named = parseApiKey(text);
  if (named === null) throw refuse(rejections.noKey);
  const record = await deps.apiKeys.get(named.tenantId, named.apiKeyId);
  if (record === null) throw refuse(rejections.refused);
  const same = timingSafeEqual(Buffer.from(hashApiKey(text), 'hex'), Buffer.from(record.sha256, 'hex'));
  const expired = record.expiresAtMs !== null && record.expiresAtMs <= deps.clock.nowMs();
  if (!same || expired) throw refuse(rejections.refused);
  return { tenantId: record.tenantId, apiKeyId: record.apiKeyId, scopes: record.scopes };
}

function unauthenticated({ fault, remedy }: Rejection, { allowedHosts }: Pick<Config, 'allowedHosts'>): AppError {
  // Only a local service sets its hosts.
  const source =
    allowedHosts === null
      ? 'To get a key, ask someone with the scope api-keys:write or admin to create one with POST /v1/api-keys.'
      : "The first key is in the data directory's local-api-key (.data/local-api-key). Create more keys with POST /v1/api-keys.";
  return new AppError('UNAUTHENTICATED', fault, {
    faults: [{ pointer: 'header:authorization', fault, remedy: `${remedy}. ${source}` }],
  });
}
