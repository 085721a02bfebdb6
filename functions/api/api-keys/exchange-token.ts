import { z } from 'zod';
import { AppError } from '../../../shared/errors/app-error.ts';
import { deriveId, idSchema } from '../../../shared/ids/ids.ts';
import type { OidcRuleRecord } from '../../../shared/records/oidc-rule.ts';
import { createWithinQuotas } from '../../../shared/runs/create-within-quotas.ts';
import type { ApiDeps } from '../compose.ts';
import { apiKeySecretBytes } from '../http/auth/admit-request.ts';
import { type CreatedApiKey, storeApiKey } from './create-api-key.ts';
import { createTokenError, type VerifiedToken, verifyToken } from './verify-token.ts';

export const tokenBodySchema = z
  .strictObject({
    tenantId: idSchema('tenant'),
    oidcRuleId: idSchema('oidcRule'),
    token: z.string().min(1).max(16_384).describe('OIDC token (JWT) of the CI job. It can be exchanged once'),
  })
  .meta({ id: 'OidcTokenInput' });

const maxNameLength = 200;
const windowMs = 60_000;

/**
 * Exchanges an OIDC token for an API key with the scopes of a rule, which expires soon. A token works once.
 * @throws AppError UNAUTHENTICATED if the rule or the token is not valid, with the same text for a rule that never existed
 */
export async function exchangeToken(
  deps: ApiDeps,
  { tenantId, oidcRuleId, token }: z.output<typeof tokenBodySchema>,
): Promise<CreatedApiKey> {
  const rule = await deps.oidcRules.get(tenantId, oidcRuleId);
  if (rule === null || !deps.config.oidcIssuers.includes(rule.issuer)) throw createTokenError(unknownRule);
  const verified = await verifyToken(deps, rule, token);
  await limitRate(deps, rule);
  const nowMs = deps.clock.nowMs();
  const place = { tenantId, apiKeyId: deps.ids.next('apiKey') };
  const expiresAtMs = Math.min(nowMs + rule.keyLifetimeSeconds * 1_000, rule.expiresAtMs ?? Number.POSITIVE_INFINITY);
  const name = `${rule.name}: ${verified.sub}`.slice(0, maxNameLength);
  const created = await createWithinQuotas(deps, tenantId, { apiKeys: 1 }, async () => {
    await useOnce(deps, rule, verified, place.apiKeyId);
    await deps.apiKeys.addChild({ tenantId, apiKeyId: oidcRuleId }, { ...place, expiresAtMs });
    const facts = { ...place, name, scopes: rule.scopes, createdAtMs: nowMs, expiresAtMs };
    return { ...(await storeApiKey(deps.apiKeys, facts, deps.ids.randomBytes(apiKeySecretBytes))), created: true };
  });
  // The rule may have been deleted meanwhile, without the new key.
  if ((await deps.oidcRules.get(tenantId, oidcRuleId)) !== null) return created;
  await deps.apiKeys.remove(tenantId, place.apiKeyId);
  throw createTokenError(unknownRule);
}

const unknownRule = 'belongs to no rule of this tenant';

/** Stores that a token was used, until it has expired everywhere. The record is not that of a tenant. */
async function useOnce(
  { idempotency, clock }: Pick<ApiDeps, 'idempotency' | 'clock'>,
  { issuer }: OidcRuleRecord,
  { jti, exp }: VerifiedToken,
  apiKeyId: string,
): Promise<void> {
  const key = 'OIDC token';
  const record = {
    tenantId: deriveId('tenant', key, issuer, jti),
    key,
    requestSha256: '',
    resourceId: apiKeyId,
    response: null,
    expiresAtMs: exp * 1_000 + windowMs,
  };
  const held = await idempotency.claim(record, clock.nowMs());
  if (held.resourceId !== apiKeyId) throw createTokenError('was already used');
}

/** Counts the token exchanges under a rule, because a CI provider can issue any number of tokens that match it. */
async function limitRate(
  { rateLimits, clock, config }: Pick<ApiDeps, 'rateLimits' | 'clock' | 'config'>,
  { tenantId, oidcRuleId }: OidcRuleRecord,
): Promise<void> {
  const nowMs = clock.nowMs();
  const startMs = Math.floor(nowMs / windowMs) * windowMs;
  const used = await rateLimits.hit(tenantId, oidcRuleId, startMs, windowMs);
  if (used <= config.rateLimitPerMinute) return;
  const retryAfterSeconds = Math.max(1, Math.ceil((startMs + windowMs - nowMs) / 1_000));
  const remedy = `Wait ${retryAfterSeconds} s, or use one key for several jobs`;
  const fault = `${used} tokens were exchanged under this rule in the current minute`;
  const faults = [{ pointer: '/oidcRuleId', fault, remedy }];
  throw new AppError('RATE_LIMITED', `${fault}. ${remedy}.`, { faults, retryAfterSeconds });
}
