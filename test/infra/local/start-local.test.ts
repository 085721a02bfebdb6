import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lockDataDir } from '../../../infra/local/data-dir/lock-data-dir.ts';
import { type LocalServer, startLocal } from '../../../infra/local/start-local.ts';

const quiet = { LOG_LEVEL: 'silent', WARM_LOCAL_WORKERS: '0', SHUTDOWN_GRACE_MS: '200' };

const makeDataDir = () => mkdtemp(join(tmpdir(), 'tokenmeter-local-'));

function call({ url }: LocalServer, key: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${url}${path}`, {
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
}

function listRuns(server: LocalServer, key: string): Promise<Response> {
  return call(server, key, '/v1/runs');
}

describe('service on one machine', () => {
  let dataDir: string;
  let server: LocalServer;

  beforeAll(async () => {
    dataDir = await makeDataDir();
    server = await startLocal({ dataDir, port: 0, environment: quiet });
  });

  afterAll(async () => {
    await server.close();
    await rm(dataDir, { recursive: true });
  });

  test('starts in an empty directory, is healthy, and has a working API key', async () => {
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    expect((await listRuns(server, server.apiKey)).status).toBe(200);
    expect((await listRuns(server, `${server.apiKey.slice(0, -1)}~`)).status).toBe(401);
  });

  test('stores its keys in files that only the owner can read', async () => {
    const readMode = async (...path: string[]) => (await stat(join(dataDir, ...path))).mode & 0o777;
    expect(await readFile(join(dataDir, 'local-api-key'), 'utf8')).toBe(`${server.apiKey}\n`);
    expect(await readMode('local-api-key')).toBe(0o600);
    expect(await readMode('master.key')).toBe(0o600);
    expect(await readMode()).toBe(0o700);
  });

  test('refuses a second server in the same directory, and the first keeps running', async () => {
    const second = startLocal({ dataDir, port: 0, environment: quiet });
    await expect(second).rejects.toThrow(`Another server (process ${process.pid}) is using ${dataDir}`);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });

  test('refuses a port in use or an invalid setting, and releases the directory', async () => {
    const other = await makeDataDir();
    const port = Number(new URL(server.url).port);
    const start = (change: Record<string, string>, at = 0) =>
      startLocal({ dataDir: other, port: at, environment: { ...quiet, ...change } });
    await expect(start({}, port)).rejects.toThrow(`Port ${port} is in use`);
    await expect(start({ MAX_LOCAL_WORKERS: 'many' })).rejects.toThrow('MAX_LOCAL_WORKERS');
    await expect(start({ LEASE_MS: 'long' })).rejects.toThrow('LEASE_MS');
    lockDataDir(other).release();
    await rm(other, { recursive: true });
  });

  test('answers only to its own host names', async () => {
    const port = Number(new URL(server.url).port);
    expect(await statusAs(port, `localhost:${port}`)).toBe(200);
    expect(await statusAs(port, 'rebound.example.com')).toBe(421);
  });

  test('has the same key and data after a restart', async () => {
    const other = await makeDataDir();
    const start = () => startLocal({ dataDir: other, port: 0, environment: quiet });
    const first = await start();
    const created = await call(first, first.apiKey, '/v1/credentials', { name: 'kept', apiKey: 'sk-for-the-test' });
    expect(created.status).toBe(201);
    await first.close();
    const second = await start();
    expect(second.apiKey).toBe(first.apiKey);
    expect(await (await call(second, second.apiKey, '/v1/credentials')).text()).toContain('kept');
    await second.close();
    await rm(other, { recursive: true });
  });
});

function statusAs(port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path: '/healthz', headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .once('error', reject)
      .end();
  });
}
