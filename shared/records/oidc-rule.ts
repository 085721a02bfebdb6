import { z } from 'zod';
import { matchText, suggestForm } from '../errors/schema-rule.ts';
import { idSchema } from '../ids/ids.ts';
import { apiScopes, scopeSchema } from './records.ts';

const claimNameSchema = matchText(/^[A-Za-z0-9_./:-]{1,100}$/, suggestForm('the name of a claim, such as sub'));

/** What the tokens of a CI provider must have, and what the keys that they are exchanged for may do. */
export const oidcRuleInputSchema = z.strictObject({
  name: z.string().min(1).max(200),
  issuer: z.string().min(1).max(500).describe('Issuer of the tokens, which the deployment must allow (OIDC_ISSUERS)'),
  audience: z.string().min(1).max(500).describe('Audience that the tokens must have'),
  claims: z
    .record(claimNameSchema, z.string().min(1).max(500))
    .describe(
      'Text that each claim must have; * stands for any text. sub is required and names the project before any *',
    ),
  scopes: z.array(scopeSchema).min(1).max(apiScopes.length).describe('Scopes of the keys'),
  keyLifetimeSeconds: z
    .number()
    .int()
    .min(60)
    .max(43_200)
    .default(3_600)
    .describe('Time in seconds until a key expires'),
});

export const oidcRuleRecordSchema = oidcRuleInputSchema.extend({
  oidcRuleId: idSchema('oidcRule'),
  tenantId: idSchema('tenant'),
  /** API key that created the rule. A revocation of that key can include the rule. */
  createdBy: idSchema('apiKey'),
  createdAtMs: z.number(),
  /** A rule expires with the key that created it. */
  expiresAtMs: z.number().nullable(),
});
export type OidcRuleRecord = z.infer<typeof oidcRuleRecordSchema>;
