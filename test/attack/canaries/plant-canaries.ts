import { z } from 'zod';
import { hasEnded } from '../../../infra/client/run-client.ts';
import { forEachConcurrently } from '../../../shared/runs/for-each-concurrently.ts';
import type { ScriptedServer } from '../../support/servers/scripted-server.ts';
import type { WebhookReceiver } from '../../support/servers/webhook-receiver.ts';
import type { CanaryNest } from './canary.ts';
import { echoes } from './echo-server.ts';
import type { Surface } from './surface.ts';

export type Place = { provider: ScriptedServer; receiver: WebhookReceiver; marker: string };
type Target = Record<string, unknown>;

const createdSchema = z.object({ runId: z.string(), status: z.string() });
const runsAtOnce = 4;
const workload = { kind: 'prompts', prompts: [{ prompt: 'Say something short.' }], maxOutputTokens: 8 };
const load = { mode: 'concurrency', stages: [{ concurrency: 1, requests: 2 }], warmupRequests: 0 };

export const specOf = (target: Target, more: object = {}) => ({
  targets: [{ id: 'a', model: 'm', ...target }],
  workload,
  load,
  recordExchanges: 1,
  ...more,
});

export async function finishRun({ ask }: Surface, path: string, body: unknown): Promise<string> {
  const created = await ask('POST', path, { body, headers: { prefer: 'wait=30' } });
  if (created.status >= 400) throw new Error(`The run was refused: ${created.text}`);
  let run = createdSchema.parse(JSON.parse(created.text));
  while (!hasEnded(run))
    run = createdSchema.parse(
      JSON.parse((await ask('GET', `/v1/runs/${run.runId}`, { headers: { prefer: 'wait=30' } })).text),
    );
  return run.runId;
}

/** Gives secrets to runs whose target repeats them in every way, and to the resources that runs use. */
export async function plantInRuns(
  surface: Surface,
  nest: CanaryNest,
  { provider, receiver, marker }: Place,
): Promise<void> {
  const webhooks = [{ url: receiver.url, events: ['run.started', 'run.completed', 'run.failed'] }];
  const urlOf = (index: number) => `${provider.url}/${index}/v1`;
  const runIds: string[] = [];
  await forEachConcurrently([...Object.keys(echoes).entries()], runsAtOnce, async ([index, echo]) => {
    const target = { baseUrl: urlOf(index), apiKey: nest.plant(`apiKey, repeated in ${echo}`) };
    runIds.push(await finishRun(surface, '/v1/runs', specOf(target, { name: `${marker} ${echo}`, webhooks })));
  });
  await finishRun(surface, `/v1/runs/${runIds[0]}/rerun`, { apiKeys: { a: nest.plant('apiKeys of a rerun') } });

  const stored = await surface.ask('POST', '/v1/credentials', {
    headers: { 'idempotency-key': 'credential' },
    body: { name: marker, apiKey: nest.plant('apiKey of a credential') },
  });
  const { credentialId } = z.object({ credentialId: z.string() }).parse(JSON.parse(stored.text));
  await finishRun(surface, '/v1/runs', specOf({ baseUrl: urlOf(0), credentialId }));

  const aws = {
    accessKeyId: 'AKIAATTACKEXAMPLE123',
    secretAccessKey: nest.plant('secretAccessKey', 'aws'),
    sessionToken: nest.plant('sessionToken', 'aws'),
  };
  const signed = { protocol: 'bedrock-converse', baseUrl: urlOf(0), region: 'eu-west-1', apiKey: JSON.stringify(aws) };
  await finishRun(surface, '/v1/runs', specOf(signed));
  const headers = { 'cf-access-client-secret': nest.plant('a secret header') };
  const gateway = await finishRun(surface, '/v1/runs', specOf({ baseUrl: urlOf(0), secretHeaders: headers }));
  const secretHeaders = { a: { 'cf-access-client-secret': nest.plant('a secret header of a rerun') } };
  await finishRun(surface, `/v1/runs/${gateway}/rerun`, { secretHeaders });
  for (const auth of [
    { style: 'header', name: 'x-api-key' },
    { style: 'query', name: 'key' },
  ])
    await finishRun(
      surface,
      '/v1/runs',
      specOf({ baseUrl: urlOf(0), apiKey: nest.plant(`apiKey sent as ${auth.style}`), auth }),
    );
}

/** Gives secrets to requests that the API refuses, and to requests whose response may contain one secret once. */
export async function plantInRequests(
  { ask, call }: Surface,
  nest: CanaryNest,
  { provider, marker }: Pick<Place, 'provider' | 'marker'>,
): Promise<void> {
  const baseUrl = `${provider.url}/0/v1`;
  const plant = (place: string) => nest.plant(place);
  const refused: [place: string, body: (secret: string) => unknown][] = [
    ['an unknown field', (secret) => specOf({ baseUrl, apiKey: secret }, { surprise: secret })],
    ['a key with spaces', (secret) => specOf({ baseUrl, apiKey: `${secret} with spaces` })],
    ['a key that is a list', (secret) => specOf({ baseUrl, apiKey: [secret] })],
    ['a key and a credential', (secret) => specOf({ baseUrl, apiKey: secret, credentialId: 'crd_1' })],
    ['the user of a URL', (secret) => specOf({ baseUrl: `https://u:${secret}@api.example.com` })],
    ['the query of a URL', (secret) => specOf({ baseUrl: `https://api.example.com?key=${secret}` })],
    ['an authorization header', (secret) => specOf({ baseUrl, headers: { authorization: `Bearer ${secret}` } })],
    ['a header for keys', (secret) => specOf({ baseUrl, headers: { 'x-api-key': secret } })],
    ['a header with another name', (secret) => specOf({ baseUrl, headers: { 'x-custom': secret } })],
    [
      'a secret header twice',
      (secret) => specOf({ baseUrl, headers: { 'x-a': 'b' }, secretHeaders: { 'x-A': secret } }),
    ],
    ['a client key', (secret) => specOf({ baseUrl, clientKey: secret })],
    ['the login of a proxy', (secret) => specOf({ baseUrl, proxy: `http://u:${secret}@proxy.example.com` })],
    [
      'a login that is not Basic',
      (secret) => specOf({ baseUrl, secretHeaders: { 'proxy-authorization': `Digest ${secret}` } }),
    ],
    ['a query parameter', (secret) => specOf({ baseUrl, query: { key: secret } })],
    [
      'the user of a webhook',
      (secret) => specOf({ baseUrl }, { webhooks: [{ url: `https://u:${secret}@a.example` }] }),
    ],
  ];
  for (const [place, body] of refused) await ask('POST', '/v1/runs', { body: body(plant(place)) });
  const spec = specOf({ baseUrl, apiKey: plant('apiKey of a schedule') });
  await ask('POST', '/v1/schedules', { body: { name: marker, intervalMs: 3_600_000, spec } });
  await ask('POST', '/v1/estimates', { body: specOf({ baseUrl, apiKey: plant('apiKey of an estimate') }) });
  await ask('POST', '/v1/runs', { raw: `{"targets": [{"apiKey": "${plant('half a body')}" "model"` });
  await ask('POST', '/v1/runs', { raw: `apiKey=${plant('a form')}`, headers: { 'content-type': 'text/plain' } });
  await ask('POST', '/v1/imports', { body: { api_key: plant('an import'), name: marker } });
  await ask('POST', '/v1/datasets', {
    raw: `{"apiKey": "${plant('a dataset')}"}`,
    headers: { 'content-type': 'application/jsonl' },
  });
  for (const scheme of ['Bearer', 'Basic', 'Digest', ''])
    await ask('GET', '/v1/runs', { headers: { authorization: `${scheme} ${plant(`authorization ${scheme}`)}` } });
  await ask('GET', `/v1/runs?cursor=${plant('a cursor')}`);

  const created = await call('POST', '/v1/api-keys', {
    headers: { 'idempotency-key': 'api-key' },
    body: { name: marker, scopes: ['runs:read'] },
  });
  const { key } = z.object({ key: z.string() }).parse(JSON.parse(created.bytes.toString()));
  nest.add('a created API key', getSecretPart(key));
  const [endpoint] = z
    .object({ items: z.array(z.object({ webhookEndpointId: z.string() })) })
    .parse(JSON.parse((await ask('GET', '/v1/webhook-endpoints')).text)).items;
  const shown = await call('GET', `/v1/webhook-endpoints/${endpoint?.webhookEndpointId}/secret`);
  const { secret } = z.object({ secret: z.string() }).parse(JSON.parse(shown.bytes.toString()));
  nest.add('the secret of a webhook', secret.replace('whsec_', ''));
}

/** Returns the secret part of an API key. The ids before it are not secret. */
export const getSecretPart = (key: string): string => key.slice(-43);
