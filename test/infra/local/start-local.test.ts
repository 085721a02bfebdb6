import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LocalServer, startLocal } from '../../../infra/local/start-local.ts';

const quiet = { LOG_LEVEL: 'silent', WARM_LOCAL_WORKERS: '0', SHUTDOWN_GRACE_MS: '200' };
let dataDir: string;
let servers: LocalServer[];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tokenmeter-local-'));
  servers = [];
});

afterEach(async () => {
  for (const server of servers) await server.close();
  await rm(dataDir, { recursive: true });
});

async function startHere(environment: Record<string, string> = {}, port = 0): Promise<LocalServer> {
  const server = await startLocal({ dataDir, port, environment: { ...quiet, ...environment } });
  servers.push(server);
  return server;
}

const modeOf = async (...path: string[]) => (await stat(join(dataDir, ...path))).mode & 0o777;

function listRuns({ url }: LocalServer, key: string): Promise<Response> {
  return fetch(`${url}/v1/runs`, { headers: { authorization: `Bearer ${key}` } });
}

describe('the service on one machine', () => {
  test('boots on an empty directory, healthy, with a first key that works', async () => {
    const server = await startHere();
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    expect((await listRuns(server, server.apiKey)).status).toBe(200);
    expect((await listRuns(server, `${server.apiKey.slice(0, -1)}~`)).status).toBe(401);
  });

  test('keeps its keys in files that only their owner may read', async () => {
    const server = await startHere();
    expect(await readFile(join(dataDir, 'local-api-key'), 'utf8')).toBe(`${server.apiKey}\n`);
    expect(await modeOf('local-api-key')).toBe(0o600);
    expect(await modeOf('master.key')).toBe(0o600);
    expect(await modeOf()).toBe(0o700);
  });

  test('has the same key and data after a restart, on another port', async () => {
    const first = await startHere();
    const credential = { name: 'kept', apiKey: 'sk-for-the-test' };
    const created = await fetch(`${first.url}/v1/credentials`, {
      method: 'POST',
      headers: { authorization: `Bearer ${first.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(credential),
    });
    expect(created.status).toBe(201);
    await first.close();
    const second = await startHere();
    expect(second.apiKey).toBe(first.apiKey);
    const listed = await fetch(`${second.url}/v1/credentials`, {
      headers: { authorization: `Bearer ${second.apiKey}` },
    });
    expect(await listed.text()).toContain('kept');
  });

  test('makes a new key where the file is gone, and the old one still works', async () => {
    const first = await startHere();
    await first.close();
    await rm(first.apiKeyFile);
    const second = await startHere();
    expect(second.apiKey).not.toBe(first.apiKey);
    expect((await listRuns(second, first.apiKey)).status).toBe(200);
  });

  test('refuses a second server on the same directory, and leaves the first alone', async () => {
    const server = await startHere();
    await expect(startHere()).rejects.toThrow(`Another server (process ${process.pid}) uses ${dataDir}`);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });

  test('refuses a taken port, and gives the directory up again', async () => {
    const server = await startHere();
    const port = Number(new URL(server.url).port);
    const other = await mkdtemp(join(tmpdir(), 'tokenmeter-local-'));
    await expect(startLocal({ dataDir: other, port, environment: quiet })).rejects.toThrow(`Port ${port} is taken`);
    await (await startLocal({ dataDir: other, port: 0, environment: quiet })).close();
    await rm(other, { recursive: true });
  });

  test('names a setting that is not valid, and leaves the directory free', async () => {
    await expect(startHere({ MAX_LOCAL_WORKERS: 'many' })).rejects.toThrow('MAX_LOCAL_WORKERS');
    await expect(startHere({ LEASE_MS: 'long' })).rejects.toThrow('LEASE_MS');
    await startHere();
  });

  test('answers only to its own names', async () => {
    const server = await startHere();
    const { port } = new URL(server.url);
    expect((await fetch(`http://localhost:${port}/healthz`)).status).toBe(200);
    const foreign = await requestAs(Number(port), 'rebound.example.com');
    expect(foreign).toBe(421);
  });
});

async function requestAs(port: number, host: string): Promise<number | undefined> {
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path: '/healthz', headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .once('error', reject)
      .end();
  });
}
