import { z } from 'zod';
import { integerSchema } from '../../../shared/number-schema.ts';
import { noLimit, runQuotaNames } from '../../../shared/quotas.ts';
import { restartCount } from '../../../shared/runs/create-within-quotas.ts';
import { defineJsonAnswer } from '../http/answers.ts';
import { defineJsonBody } from '../http/body/define-json-body.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { listUses, quotaNameSchema, quotaUseSchema } from './endpoints.ts';

const tenantQuotasSchema = z.object({ quotas: z.array(quotaUseSchema) }).meta({ id: 'TenantQuotas' });

const tenantQuotasBodySchema = z
  .strictObject({ quotas: z.partialRecord(quotaNameSchema, integerSchema(0, noLimit)) })
  .meta({
    id: 'TenantQuotasInput',
    description: 'Limits of the tenant. Omitted quotas have the limit of the deployment. 0 allows none',
    examples: [{ quotas: { activeRuns: 5, streams: 640, requestsPerDay: 100_000, centsPerMonth: 50_000 } }],
  });

const shared = { path: '/v1/tenants/{tenantId}/quotas', tag: 'Service', scope: 'admin' } as const;
const answers = { 200: defineJsonAnswer('The quotas that have a limit', tenantQuotasSchema) };

export const tenantQuotaEndpoints = [
  defineEndpoint({
    ...shared,
    operationId: 'getTenantQuotas',
    method: 'get',
    summary: 'Get the quotas of a tenant',
    description: 'Returns the limits of a tenant, and how much of each is used.',
    answers,
    handle: async ({ c, deps, params: { tenantId } }) => c.json({ quotas: await listUses({ deps, tenantId }) }, 200),
  }),
  defineEndpoint({
    ...shared,
    operationId: 'putTenantQuotas',
    method: 'put',
    summary: 'Set the quotas of a tenant',
    description:
      'Replaces the limits that differ from those of the deployment. A lower limit does not affect what exists: active runs continue.',
    body: defineJsonBody(tenantQuotasBodySchema),
    answers,
    handle: async ({ c, deps, params: { tenantId }, body }) => {
      await deps.usage.putLimits(tenantId, body.quotas);
      for (const name of runQuotaNames) await restartCount(deps, tenantId, name);
      return c.json({ quotas: await listUses({ deps, tenantId }) }, 200);
    },
  }),
];
