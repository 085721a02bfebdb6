import type { Endpoint } from './endpoint.ts';
import { cancelRunEndpoint } from './routes/cancel-run-endpoint.ts';
import { compareRunsEndpoint } from './routes/compare-runs-endpoint.ts';
import { createApiKeyEndpoint } from './routes/create-api-key-endpoint.ts';
import { createCredentialEndpoint } from './routes/create-credential-endpoint.ts';
import { createDatasetEndpoint } from './routes/create-dataset-endpoint.ts';
import { createEstimateEndpoint } from './routes/create-estimate-endpoint.ts';
import { createImportEndpoint } from './routes/create-import-endpoint.ts';
import { createRunEndpoint } from './routes/create-run-endpoint.ts';
import { createScheduleEndpoint } from './routes/create-schedule-endpoint.ts';
import { createWebhookEndpointEndpoint } from './routes/create-webhook-endpoint-endpoint.ts';
import { deleteCredentialEndpoint } from './routes/delete-credential-endpoint.ts';
import { deleteDatasetEndpoint } from './routes/delete-dataset-endpoint.ts';
import { deletePriceEntryEndpoint } from './routes/delete-price-entry-endpoint.ts';
import { deleteRunEndpoint } from './routes/delete-run-endpoint.ts';
import { deleteScheduleEndpoint } from './routes/delete-schedule-endpoint.ts';
import { deleteWebhookEndpointEndpoint } from './routes/delete-webhook-endpoint-endpoint.ts';
import { getApiKeyEndpoint } from './routes/get-api-key-endpoint.ts';
import { getChartEndpoint } from './routes/get-chart-endpoint.ts';
import { getCredentialEndpoint } from './routes/get-credential-endpoint.ts';
import { getDatasetContentEndpoint } from './routes/get-dataset-content-endpoint.ts';
import { getDatasetEndpoint } from './routes/get-dataset-endpoint.ts';
import { getDocsEndpoint } from './routes/get-docs-endpoint.ts';
import { getHealthEndpoint } from './routes/get-health-endpoint.ts';
import { getManifestEndpoint } from './routes/get-manifest-endpoint.ts';
import { getOpenapiEndpoint } from './routes/get-openapi-endpoint.ts';
import { getPriceEntryEndpoint } from './routes/get-price-entry-endpoint.ts';
import { getReportEndpoint } from './routes/get-report-endpoint.ts';
import { getRunEndpoint } from './routes/get-run-endpoint.ts';
import { getScheduleEndpoint } from './routes/get-schedule-endpoint.ts';
import { getWebhookEndpointEndpoint } from './routes/get-webhook-endpoint-endpoint.ts';
import { getWebhookSecretEndpoint } from './routes/get-webhook-secret-endpoint.ts';
import { listApiKeysEndpoint } from './routes/list-api-keys-endpoint.ts';
import { listCredentialsEndpoint } from './routes/list-credentials-endpoint.ts';
import { listDatasetsEndpoint } from './routes/list-datasets-endpoint.ts';
import { listDeliveriesEndpoint } from './routes/list-deliveries-endpoint.ts';
import { listPriceBookEndpoint } from './routes/list-price-book-endpoint.ts';
import { listRunsEndpoint } from './routes/list-runs-endpoint.ts';
import { listSamplesEndpoint } from './routes/list-samples-endpoint.ts';
import { listSchedulesEndpoint } from './routes/list-schedules-endpoint.ts';
import { listWebhookEndpointsEndpoint } from './routes/list-webhook-endpoints-endpoint.ts';
import { putPriceEntryEndpoint } from './routes/put-price-entry-endpoint.ts';
import { redeliverEndpoint } from './routes/redeliver-endpoint.ts';
import { rerunRunEndpoint } from './routes/rerun-run-endpoint.ts';
import { revokeApiKeyEndpoint } from './routes/revoke-api-key-endpoint.ts';
import { updateScheduleEndpoint } from './routes/update-schedule-endpoint.ts';
import { updateWebhookEndpointEndpoint } from './routes/update-webhook-endpoint-endpoint.ts';

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
