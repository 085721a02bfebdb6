import { makeExchangeSummary, makePayload } from '../../contract/make-record.ts';
import { type ApiBench, leastSpec } from './api-bench.ts';

/** Creates one resource of each kind for the tenant of the API. @returns path parameters that name the resources */
export async function createTenantResources(bench: ApiBench): Promise<Record<string, string>> {
  const create = async (path: string, options: Parameters<ApiBench['ask']>[2]) =>
    (await bench.ask('POST', path, options)).json;
  const webhooks = [{ url: 'https://hooks.example.com' }];
  const { runId, webhookEndpointIds } = await create('/v1/runs', { body: leastSpec({ webhooks }) });
  await bench.deps.runs.update(runId, {}, { status: 'completed', endedAtMs: 1 });
  const { credentialId } = await create('/v1/credentials', { body: { name: 'c', apiKey: 'sk-x' } });
  const { apiKeyId } = await create('/v1/api-keys', { body: { name: 'k', scopes: ['runs:read'] } });
  const jsonl = { raw: '{"prompt":"hello"}', headers: { 'content-type': 'application/jsonl' } };
  const { datasetId } = await create('/v1/datasets', jsonl);
  const price = { kind: 'tokens', model: 'm', inputPerMillionTokens: 1, outputPerMillionTokens: 1 };
  await bench.ask('PUT', '/v1/price-book/acme.m', { body: { ...price, asOf: '2026-01-31', source: 'an offer' } });
  const { scheduleId } = await create('/v1/schedules', { body: { intervalMs: 3_600_000, spec: leastSpec() } });
  const [webhookEndpointId] = webhookEndpointIds;
  const deliveryId = bench.deps.ids.next('delivery');
  await bench.deps.deliveries.create({
    deliveryId,
    tenantId: bench.tenantId,
    webhookEndpointId,
    runId,
    eventId: bench.deps.ids.next('event'),
    eventType: 'run.completed',
    payload: makePayload(),
    status: 'delivered',
    attempts: [],
    nextAttemptAtMs: null,
    claimedUntilMs: null,
    createdAtMs: 1,
  });
  const targetCheckId = bench.deps.ids.next('targetCheck');
  const nowMs = bench.deps.clock.nowMs();
  await bench.deps.targetChecks.create({
    ownerId: targetCheckId,
    targetIndex: 0,
    tenantId: bench.tenantId,
    targetJson: JSON.stringify({ id: 'one', baseUrl: 'https://api.example.com/v1', model: 'm' }),
    sealedSecrets: null,
    startedAtMs: null,
    result: null,
    createdAtMs: nowMs,
    expiresAtMs: nowMs + 900_000,
  });
  const oidcRuleId = bench.deps.ids.next('oidcRule');
  await bench.deps.oidcRules.create({
    oidcRuleId,
    tenantId: bench.tenantId,
    ...{ name: 'ci', issuer: 'https://ci.example.com', audience: 'a', claims: { sub: 's' }, scopes: ['runs:read'] },
    keyLifetimeSeconds: 3_600,
    createdBy: apiKeyId,
    createdAtMs: nowMs,
    expiresAtMs: null,
  });
  const exchangeId = '0-0-1';
  const exchange = makeExchangeSummary({ exchangeId });
  for (const ownerId of [runId, targetCheckId]) await bench.deps.exchanges.put(ownerId, exchange, '{}', null);
  const byName = { name: 'acme.m', chart: 'ttft.svg', exchangeId };
  return {
    tenantId: bench.tenantId,
    runId,
    credentialId,
    apiKeyId,
    datasetId,
    scheduleId,
    webhookEndpointId,
    deliveryId,
    targetCheckId,
    oidcRuleId,
    ...byName,
  };
}
