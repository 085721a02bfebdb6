import type { z } from 'zod';
import { AppError, type Fault, findFault, throwFaults } from '../../../shared/errors/app-error.ts';
import { type OidcRuleRecord, oidcRuleInputSchema } from '../../../shared/records/oidc-rule.ts';
import type { ApiDeps } from '../compose.ts';
import type { Principal } from '../http/principal.ts';
import { checkGrant } from './create-api-key.ts';

const [exampleIssuer, exampleSub] = [
  'https://token.actions.githubusercontent.com',
  'repo:my-org/my-repo:ref:refs/heads/main',
];

export const oidcRuleBodySchema = oidcRuleInputSchema.meta({
  id: 'OidcRuleInput',
  examples: [
    {
      name: 'nightly benchmarks',
      issuer: exampleIssuer,
      audience: 'https://tokenmeter.example.com',
      claims: { sub: exampleSub },
      scopes: ['runs:read', 'runs:write'],
    },
  ],
});

/** Maximum number of rules of a tenant. A cascading revocation reads all of them. */
const maxRules = 100;

/**
 * Creates a rule. Its keys get at most the scopes of the calling key, and the rule expires with that key.
 * @throws AppError FORBIDDEN if the caller lacks a scope, INVALID_REQUEST if the rule would accept tokens of strangers
 */
export async function createOidcRule(
  deps: Pick<ApiDeps, 'oidcRules' | 'apiKeys' | 'clock' | 'config'>,
  principal: Principal,
  body: z.output<typeof oidcRuleInputSchema>,
  oidcRuleId: string,
): Promise<OidcRuleRecord> {
  const { tenantId, apiKeyId, expiresAtMs } = principal;
  checkGrant(principal, body);
  throwFaults('INVALID_REQUEST', [
    ...checkIssuer(body.issuer, deps.config.oidcIssuers),
    ...checkSubject(body.claims['sub']),
  ]);
  const existing = await deps.oidcRules.get(tenantId, oidcRuleId);
  if (existing !== null) return existing;
  if ((await deps.oidcRules.listAll(tenantId)).length >= maxRules)
    throw new AppError('CONFLICT', `The tenant has ${maxRules} OIDC rules, which is the maximum. Delete one of them.`);
  const created = { createdBy: apiKeyId, createdAtMs: deps.clock.nowMs(), expiresAtMs };
  const rule: OidcRuleRecord = { ...body, oidcRuleId, tenantId, ...created };
  await deps.oidcRules.create(rule);
  // The calling key may have been revoked meanwhile, without the new rule.
  if ((await deps.apiKeys.get(tenantId, apiKeyId)) !== null) return rule;
  await deps.oidcRules.remove(tenantId, oidcRuleId);
  throw new AppError('UNAUTHENTICATED', 'The API key was revoked during the request');
}

function checkIssuer(issuer: string, allowed: readonly string[]): Fault[] {
  const remedy =
    allowed.length === 0
      ? `This deployment accepts no OIDC tokens. The operator can set OIDC_ISSUERS, such as ${exampleIssuer}`
      : `Use one of ${allowed.join(', ')}. The operator can add others to OIDC_ISSUERS`;
  return findFault(!allowed.includes(issuer), { pointer: '/issuer', fault: 'is not allowed here', remedy });
}

/** A CI provider issues tokens to all of its users, so `sub` must name whose tokens are meant before any `*`. */
function checkSubject(sub: string | undefined): Fault[] {
  const remedy = `Name the project, such as ${exampleSub} (GitHub) or project_path:my-group/my-project:* (GitLab)`;
  if (sub === undefined) return [{ pointer: '/claims/sub', fault: 'is missing', remedy }];
  const [fixed = '', ...others] = sub.split('*');
  const names = fixed.split(/[:/]/).slice(0, -1);
  const isOpen = others.length > 0 && (names.length < 2 || names.includes(''));
  return findFault(isOpen, {
    pointer: '/claims/sub',
    fault: 'also matches tokens of projects of other owners',
    remedy,
  });
}
