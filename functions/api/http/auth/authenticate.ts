import { timingSafeEqual } from 'node:crypto';
import type { Config } from '../../../../shared/config.ts';
import { AppError } from '../../../../shared/errors/app-error.ts';
import type { Deps } from '../../../../shared/ports.ts';
import type { ApiScope } from '../../../../shared/records/api-scope.ts';
import { hashApiKey, parseApiKey } from './api-key-text.ts';

/** The caller: its tenant, its key, and the scopes of the key. */
export type Principal = { tenantId: string; apiKeyId: string; scopes: readonly ApiScope[] };

type Doubt = { fault: string; remedy: string };

const doubts = {
  missing: { fault: 'The Authorization header is missing', remedy: 'Send "Authorization: Bearer tm_…"' },
  empty: {
    fault: 'The Authorization header has no key after "Bearer"',
    remedy: 'Put the key there; where it comes from a variable, such as $TOKENMETER_KEY, that is empty: set it first',
  },
  otherScheme: {
    fault: 'The Authorization header is not of the form "Bearer <api key>"',
    remedy: 'Write the word Bearer and a space before the key, and nothing after it',
  },
  noKey: {
    fault: 'What stands after "Bearer" is not an API key of this service',
    remedy: 'Copy the key whole: it begins with tm_ and has 100 characters',
  },
  refused: {
    fault: 'The API key is unknown, revoked or expired',
    remedy: 'Send one that is in force; a key of another deployment or data directory is not known here',
  },
} as const satisfies Record<string, Doubt>;

/**
 * Returns the principal of an `Authorization: Bearer tm_…` header. It reads the record each time, so a revoked key is
 * refused from the next request on.
 * @throws AppError UNAUTHENTICATED, with the same words for a key that never existed and one that was revoked
 */
export async function authenticate(
  deps: Pick<Deps, 'apiKeys' | 'clock' | 'config'>,
  authorization: string | undefined,
): Promise<Principal> {
  const refuse = (doubt: Doubt) => unauthenticated(doubt, deps.config);
  if (authorization === undefined) throw refuse(doubts.missing);
  if (/^Bearer *$/i.test(authorization)) throw refuse(doubts.empty);
  const text = /^Bearer +([^ ]+) *$/i.exec(authorization)?.[1];
  if (text === undefined) throw refuse(doubts.otherScheme);
  const named = parseApiKey(text);
  if (named === null) throw refuse(doubts.noKey);
  const record = await deps.apiKeys.get(named.tenantId, named.apiKeyId);
  if (record === null) throw refuse(doubts.refused);
  const same = timingSafeEqual(Buffer.from(hashApiKey(text), 'hex'), Buffer.from(record.sha256, 'hex'));
  const expired = record.expiresAtMs !== null && record.expiresAtMs <= deps.clock.nowMs();
  if (!same || expired) throw refuse(doubts.refused);
  return { tenantId: record.tenantId, apiKeyId: record.apiKeyId, scopes: record.scopes };
}

function unauthenticated({ fault, remedy }: Doubt, { allowedHosts }: Pick<Config, 'allowedHosts'>): AppError {
  // Only a deployment on one machine names its hosts.
  const source =
    allowedHosts === null
      ? 'whoever has a key of scope admin makes one with POST /v1/api-keys'
      : "the first key is in the data directory's local-api-key (.data/local-api-key), more are made with POST /v1/api-keys";
  return new AppError('UNAUTHENTICATED', fault, {
    faults: [{ pointer: 'header:authorization', fault, remedy: `${remedy}. Where keys come from: ${source}` }],
  });
}
