import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createRunClient, hasEnded } from '../../../infra/client/run-client.ts';
import { launchChromium } from '../../browser/launch-chromium.ts';
import { listListeners, listProcessTree, listSocketPaths } from '../../support/service/process-facts.ts';
import { type ServiceProcess, startServiceProcess } from '../../support/service/service-process.ts';
import { recordCases } from '../record-cases.ts';
import { pageAttack } from './page-attack.ts';
import { becomeOtherUser, noOtherUserReason } from './run-as-other-user.ts';

let service: ServiceProcess;
let dataDir: string;
/** Paths of the sockets on which the embedded stores of this service listen. */
let sockets: string[];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tokenmeter-own-'));
  // The weakest settings: every port of this machine may be a target.
  service = await startServiceProcess(dataDir, { LOG_LEVEL: 'warn', EGRESS: 'any', LOOPBACK_PORTS: 'any' });
  sockets = listSocketPaths([service.pid]);
});
afterAll(async () => {
  await service.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const port = () => Number(new URL(service.url).port);
const keySchema = z.object({ items: z.array(z.object({ apiKeyId: z.string() })) });
const listKeys = async () =>
  keySchema.parse(await service.call('GET', '/v1/api-keys')).items.map(({ apiKeyId }) => apiKeyId);

const aws = JSON.stringify({ accessKeyId: 'AKIAATTACKEXAMPLE123', secretAccessKey: 'attack-0123456789abcdef' });
const forge = { protocol: 'bedrock-converse', region: 'us-east-1', model: 'm', apiKey: aws };
const specOf = (target: object) => ({
  targets: [{ ...forge, ...target }],
  workload: { kind: 'prompts', prompts: [{ prompt: 'x' }], maxOutputTokens: 8 },
  load: { mode: 'concurrency', stages: [{ concurrency: 1, requests: 1 }], warmupRequests: 0 },
  limits: { requestTimeoutMs: 2_000 },
});

/** Creates a run. @returns the status of the response, and the outcome if a run was created */
async function attackByRun(target: object): Promise<{ status: number; outcome: string | null }> {
  const response = await fetch(`${service.url}/v1/runs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${service.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(specOf(target)),
  });
  if (response.status !== 202) return { status: response.status, outcome: null };
  const client = createRunClient(service);
  let run = await client.getRun(z.object({ runId: z.string() }).parse(await response.json()).runId);
  while (!hasEnded(run)) run = await client.getRun(run.runId, 10);
  return { status: 202, outcome: run.progress.stages.every(({ ok }) => ok === 0) ? 'no answer' : 'answered' };
}

const attemptSchema = z.object({ mode: z.string(), seen: z.string() });
type Attempt = z.infer<typeof attemptSchema>;

/** Opens an attacker's page at an address, which sends requests to the URL in every way that a browser offers. */
async function attackByPage(browser: Browser, address: string, url: string): Promise<Attempt[]> {
  const page = await (await browser.newContext()).newPage();
  await page.route(address, (route) => route.fulfill({ body: '<!doctype html><body>', contentType: 'text/html' }));
  await page.goto(address);
  const argument = { url, key: service.apiKey, spec: JSON.stringify(specOf({ baseUrl: 'http://127.0.0.1:9' })) };
  const seen = await page.evaluate(`(${pageAttack})(${JSON.stringify(argument)})`);
  await page.context().close();
  return z.array(attemptSchema).parse(seen);
}

describe('Own services', () => {
  test('the service listens on one port, of this machine only, and on sockets of its user', (context) => {
    const listeners = listListeners(listProcessTree(service.pid));
    recordCases(context, listeners.length, `${listeners.map(({ address }) => address)}, ${sockets.length} sockets`);
    expect(listeners).toEqual([{ address: '127.0.0.1', port: port() }]);
    expect(sockets.length).toBeGreaterThanOrEqual(2);
  });

  test('a run does not reach the stores or the API', async (context) => {
    const keys = await listKeys();
    const hosts = ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '127.1'];
    const urls = hosts.map((host) => `http://${host}:${port()}`);
    for (const path of sockets)
      urls.push(
        `http+unix://localhost${path}`,
        `unix:${path}`,
        `http://unix:${path}:/`,
        `http://localhost${path}`,
        `file://${path}`,
      );
    for (const baseUrl of urls) {
      const { status, outcome } = await attackByRun({ baseUrl });
      expect(status === 422 || outcome === 'no answer', `${baseUrl}: ${status} ${outcome}`).toBe(true);
    }
    const reserved = [
      'x-amz-target',
      'X-Amz-Date',
      'x-amz-content-sha256',
      'proxy-authorization',
      'x-tokenmeter-tenant',
    ];
    for (const name of reserved)
      expect(
        await attackByRun({ baseUrl: 'http://127.0.0.1:9', headers: { [name]: 'DynamoDB_20120810.PutItem' } }),
        name,
      ).toEqual({ status: 422, outcome: null });
    recordCases(context, urls.length + reserved.length, 'refused');
    expect(await listKeys()).toEqual(keys);
  });

  test('the credentials of the stores are in no command line and no file', async (context) => {
    const pids = listProcessTree(service.pid);
    for (const pid of pids) expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toMatch(/http\+unix|[0-9a-f]{32}/);
    for (const file of await readdir(dataDir, { recursive: true, withFileTypes: true }))
      if (file.isFile()) expect(readFileSync(join(file.parentPath, file.name), 'latin1')).not.toContain('http+unix:');
    recordCases(context, pids.length);
  });

  test('another user of the machine reaches neither stores nor keys', async (context) => {
    if (noOtherUserReason !== null) return context.skip(noOtherUserReason);
    const user = await becomeOtherUser();
    const files = [
      join(dataDir, 'local-api-key'),
      join(dataDir, 'master.key'),
      dataDir,
      `/proc/${service.pid}/environ`,
    ];
    try {
      for (const path of sockets) expect(await user.run(connectScript, path), path).toBe('EACCES');
      for (const path of files) expect(await user.run(readScript, path), path).toBe('EACCES');
      expect(await user.run(fetchScript, `${service.url}/v1/runs`)).toBe('401');
    } finally {
      await user.close();
    }
    recordCases(context, sockets.length + files.length + 1, 'EACCES, and 401 from the API');
    for (const path of sockets) expect((await stat(path)).isSocket()).toBe(true);
  });

  test('a page in a browser of this machine reads and writes nothing', async (context) => {
    const browser = await launchChromium(['--host-resolver-rules=MAP rebound.test 127.0.0.1']);
    const runsBefore = JSON.stringify(await service.call('GET', '/v1/runs'));
    const attempts: Attempt[] = [];
    const rebound = `http://rebound.test:${port()}`;
    try {
      attempts.push(...(await attackByPage(browser, `http://evil.example/`, service.url)));
      // The name first belonged to the attacker's site and now to this machine, so the page has the API's origin.
      attempts.push(...(await attackByPage(browser, `${rebound}/`, rebound)));
    } finally {
      await browser.close();
    }
    recordCases(context, attempts.length, [...new Set(attempts.map(({ seen }) => seen.slice(0, 40)))].join('; '));
    const read = attempts.filter(
      ({ mode, seen }) => mode !== 'a beacon' && !/^(TypeError|Error|SecurityError|opaque|403|421)/.test(seen),
    );
    expect(read).toEqual([]);
    expect(JSON.stringify(await service.call('GET', '/v1/runs'))).toBe(runsBefore);
  });
});

const connectScript = `import net from 'node:net';
const socket = net.connect(process.argv[1]);
socket.on('connect', () => { console.log('connected'); socket.destroy(); }).on('error', ({ code }) => console.log(code));`;
const readScript = `import fs from 'node:fs';
try { fs.statSync(process.argv[1]).isDirectory() ? fs.readdirSync(process.argv[1]) : fs.readFileSync(process.argv[1]); console.log('read'); }
catch ({ code }) { console.log(code); }`;
const fetchScript = `console.log((await fetch(process.argv[1])).status);`;
