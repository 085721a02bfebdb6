import { z } from 'zod';
import { countSchema } from '../../../shared/number-schema.ts';
import { noLimit, quotaNames, quotas } from '../../../shared/quotas.ts';
import { readLimits, readUse } from '../../../shared/runs/create-within-quotas.ts';
import { defineJsonAnswer } from '../http/answers.ts';
import { type Caller, defineEndpoint } from '../http/define-endpoint.ts';

export const quotaNameSchema = z.enum(quotaNames).meta({ id: 'QuotaUseName' });

export const quotaUseSchema = z
  .object({
    name: quotaNameSchema,
    used: countSchema.describe('Current use. After a crash or an expiry, it may be too high for up to an hour'),
    limit: countSchema.describe('Maximum for this tenant'),
    counted: z.string().describe('What is counted'),
    remedy: z.string().describe('What you can do at the limit'),
    setting: z.string().describe('Setting with which the operator raises the limit'),
  })
  .meta({ id: 'QuotaUse' });

const usageSchema = z
  .object({
    quotas: z.array(quotaUseSchema),
    requestsPerMinute: z.object({
      perKey: countSchema.describe('Maximum requests per minute of one API key (`RATE_LIMIT_PER_MINUTE`)'),
      perTenant: countSchema.describe('Maximum of all keys of the tenant together (`TENANT_RATE_LIMIT_PER_MINUTE`)'),
    }),
  })
  .meta({ id: 'Usage', description: "The tenant's use of its quotas, and its rate limits" });

export const usageEndpoints = [
  defineEndpoint({
    operationId: 'getUsage',
    method: 'get',
    path: '/v1/usage',
    tag: 'Service',
    scope: 'runs:read',
    summary: 'Get the use of the quotas',
    description: 'Returns the limits of your tenant, how much of each is used, and how a limit can be raised.',
    answers: { 200: defineJsonAnswer('The use of each quota', usageSchema) },
    handle: async (call) => {
      const { rateLimitPerMinute: perKey, tenantRateLimitPerMinute: perTenant } = call.deps.config;
      return call.c.json({ quotas: await listUses(call), requestsPerMinute: { perKey, perTenant } }, 200);
    },
  }),
];

/** Lists the quotas that have a limit. */
export async function listUses({ deps, tenantId }: Caller): Promise<z.output<typeof quotaUseSchema>[]> {
  const limits = await readLimits(deps, tenantId);
  const uses = [];
  for (const name of quotaNames) {
    const limit = limits[name];
    if (limit >= noLimit) continue;
    const used = await readUse(deps, tenantId, name);
    const { counted, remedy, setting } = quotas[name];
    uses.push({ name, used, limit, counted, remedy, setting });
  }
  return uses;
}
