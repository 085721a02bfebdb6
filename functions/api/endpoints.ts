import { apiKeyEndpoints } from './api-keys/endpoints.ts';
import { oidcEndpoints } from './api-keys/oidc-endpoints.ts';
import { archiveEndpoint } from './archives/endpoints.ts';
import { auditEventEndpoints } from './audit-events/endpoints.ts';
import { comparisonEndpoints } from './comparisons/endpoints.ts';
import { credentialEndpoints } from './credentials/endpoints.ts';
import { datasetEndpoints } from './datasets/endpoints.ts';
import { documentEndpoints } from './documents/endpoints.ts';
import { estimateEndpoints } from './estimates/endpoints.ts';
import { healthEndpoints } from './health/endpoints.ts';
import type { Endpoint } from './http/define-endpoint.ts';
import { importEndpoints } from './imports/endpoints.ts';
import { priceBookEndpoints } from './price-book/endpoints.ts';
import { reportEndpoints } from './reports/endpoints.ts';
import { manifestEndpoint, runEndpoints } from './runs/endpoints.ts';
import { exchangeEndpoints } from './runs/exchange-endpoints.ts';
import { sampleEndpoints } from './samples/endpoints.ts';
import { scheduleEndpoints } from './schedules/endpoints.ts';
import { targetCheckEndpoints } from './target-checks/endpoints.ts';
import { usageDayEndpoints } from './usage/day-endpoints.ts';
import { usageEndpoints } from './usage/endpoints.ts';
import { tenantQuotaEndpoints } from './usage/tenant-quota-endpoints.ts';
import { webhookEndpointEndpoints } from './webhook-endpoints/endpoints.ts';

/** All operations of the API, in the order of the OpenAPI document. */
export const endpoints: readonly Endpoint[] = [
  ...runEndpoints,
  ...estimateEndpoints,
  ...targetCheckEndpoints,
  ...importEndpoints,
  ...comparisonEndpoints,
  ...reportEndpoints,
  ...sampleEndpoints,
  archiveEndpoint,
  ...exchangeEndpoints,
  manifestEndpoint,
  ...datasetEndpoints,
  ...scheduleEndpoints,
  ...priceBookEndpoints,
  ...credentialEndpoints,
  ...apiKeyEndpoints,
  ...oidcEndpoints,
  ...webhookEndpointEndpoints,
  ...usageEndpoints,
  ...usageDayEndpoints,
  ...tenantQuotaEndpoints,
  ...auditEventEndpoints,
  ...healthEndpoints,
  ...documentEndpoints,
];
