import { createApiKeyEndpoint } from './api-keys/create-api-key-endpoint.ts';
import { getApiKeyEndpoint } from './api-keys/get-api-key-endpoint.ts';
import { listApiKeysEndpoint } from './api-keys/list-api-keys-endpoint.ts';
import { revokeApiKeyEndpoint } from './api-keys/revoke-api-key-endpoint.ts';
import { compareRunsEndpoint } from './comparisons/compare-runs-endpoint.ts';
import { createCredentialEndpoint } from './credentials/create-credential-endpoint.ts';
import { deleteCredentialEndpoint } from './credentials/delete-credential-endpoint.ts';
import { getCredentialEndpoint } from './credentials/get-credential-endpoint.ts';
import { listCredentialsEndpoint } from './credentials/list-credentials-endpoint.ts';
import { createDatasetEndpoint } from './datasets/create-dataset-endpoint.ts';
import { deleteDatasetEndpoint } from './datasets/delete-dataset-endpoint.ts';
import { getDatasetContentEndpoint } from './datasets/get-dataset-content-endpoint.ts';
import { getDatasetEndpoint } from './datasets/get-dataset-endpoint.ts';
import { listDatasetsEndpoint } from './datasets/list-datasets-endpoint.ts';
import { getDocsEndpoint } from './documents/get-docs-endpoint.ts';
import { getOpenapiEndpoint } from './documents/get-openapi-endpoint.ts';
import { createEstimateEndpoint } from './estimates/create-estimate-endpoint.ts';
import { getHealthEndpoint } from './health/get-health-endpoint.ts';
import type { Endpoint } from './http/define-endpoint.ts';
import { createImportEndpoint } from './imports/create-import-endpoint.ts';
import { deletePriceEntryEndpoint } from './price-book/delete-price-entry-endpoint.ts';
import { getPriceEntryEndpoint } from './price-book/get-price-entry-endpoint.ts';
import { listPriceBookEndpoint } from './price-book/list-price-book-endpoint.ts';
import { putPriceEntryEndpoint } from './price-book/put-price-entry-endpoint.ts';
import { getChartEndpoint } from './reports/get-chart-endpoint.ts';
import { getReportEndpoint } from './reports/get-report-endpoint.ts';
import { cancelRunEndpoint } from './runs/cancel-run-endpoint.ts';
import { createRunEndpoint } from './runs/create-run-endpoint.ts';
import { deleteRunEndpoint } from './runs/delete-run-endpoint.ts';
import { getManifestEndpoint } from './runs/get-manifest-endpoint.ts';
import { getRunEndpoint } from './runs/get-run-endpoint.ts';
import { listRunsEndpoint } from './runs/list-runs-endpoint.ts';
import { rerunRunEndpoint } from './runs/rerun-run-endpoint.ts';
import { listSamplesEndpoint } from './samples/list-samples-endpoint.ts';
import { createScheduleEndpoint } from './schedules/create-schedule-endpoint.ts';
import { deleteScheduleEndpoint } from './schedules/delete-schedule-endpoint.ts';
import { getScheduleEndpoint } from './schedules/get-schedule-endpoint.ts';
import { listSchedulesEndpoint } from './schedules/list-schedules-endpoint.ts';
import { updateScheduleEndpoint } from './schedules/update-schedule-endpoint.ts';
import { createWebhookEndpointEndpoint } from './webhook-endpoints/create-webhook-endpoint-endpoint.ts';
import { deleteWebhookEndpointEndpoint } from './webhook-endpoints/delete-webhook-endpoint-endpoint.ts';
import { getWebhookEndpointEndpoint } from './webhook-endpoints/get-webhook-endpoint-endpoint.ts';
import { getWebhookSecretEndpoint } from './webhook-endpoints/get-webhook-secret-endpoint.ts';
import { listDeliveriesEndpoint } from './webhook-endpoints/list-deliveries-endpoint.ts';
import { listWebhookEndpointsEndpoint } from './webhook-endpoints/list-webhook-endpoints-endpoint.ts';
import { redeliverEndpoint } from './webhook-endpoints/redeliver-endpoint.ts';
import { updateWebhookEndpointEndpoint } from './webhook-endpoints/update-webhook-endpoint-endpoint.ts';

/** Every operation of the API, in the order of the contract. What is not here is not served, documented or tested. */
export const endpoints: readonly Endpoint[] = [
  createRunEndpoint,
  listRunsEndpoint,
  getRunEndpoint,
  cancelRunEndpoint,
  rerunRunEndpoint,
  deleteRunEndpoint,
  createEstimateEndpoint,
  createImportEndpoint,
  compareRunsEndpoint,
  getReportEndpoint,
  getChartEndpoint,
  listSamplesEndpoint,
  getManifestEndpoint,
  createDatasetEndpoint,
  listDatasetsEndpoint,
  getDatasetEndpoint,
  getDatasetContentEndpoint,
  deleteDatasetEndpoint,
  createScheduleEndpoint,
  listSchedulesEndpoint,
  getScheduleEndpoint,
  updateScheduleEndpoint,
  deleteScheduleEndpoint,
  listPriceBookEndpoint,
  getPriceEntryEndpoint,
  putPriceEntryEndpoint,
  deletePriceEntryEndpoint,
  createCredentialEndpoint,
  listCredentialsEndpoint,
  getCredentialEndpoint,
  deleteCredentialEndpoint,
  createApiKeyEndpoint,
  listApiKeysEndpoint,
  getApiKeyEndpoint,
  revokeApiKeyEndpoint,
  createWebhookEndpointEndpoint,
  listWebhookEndpointsEndpoint,
  getWebhookEndpointEndpoint,
  updateWebhookEndpointEndpoint,
  deleteWebhookEndpointEndpoint,
  getWebhookSecretEndpoint,
  listDeliveriesEndpoint,
  redeliverEndpoint,
  getHealthEndpoint,
  getOpenapiEndpoint,
  getDocsEndpoint,
];
