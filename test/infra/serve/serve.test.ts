import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startProviderProcess } from '../../support/servers/provider-process.ts';

const entry = fileURLToPath(new URL('../../../infra/serve/serve.ts', import.meta.url));
const within = { timeout: 25_000, interval: 20 };
let dataDir: string;
let children: ChildProcess[];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tokenmeter-serve-'));
  children = [];
});

afterEach(async () => {
  for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
});

function serve(environment: Record<string, string> = {}, flags: readonly string[] = []) {
  const child = spawn(process.execPath, [entry, ...flags], {
    env: {
      DATA_DIR: dataDir,
      PORT: '0',
      WARM_LOCAL_WORKERS: '0',
      SHUTDOWN_GRACE_MS: '500',
      LOOPBACK_PORTS: 'any',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const output = { text: '' };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output.text += chunk));
  const exited = once(child, 'exit');
  return {
    child,
    output,
    exited,
    ready: async () => {
      await vi.waitFor(() => expect(output.text).toContain('Ctrl-C'), within);
      return {
        url: /listens on (\S+)/.exec(output.text)?.[1] ?? '',
        key: (await readFile(join(dataDir, 'local-api-key'), 'utf8')).trim(),
      };
    },
  };
}

async function fetchStatus(url: string, key: string): Promise<number> {
  return (await fetch(`${url}/v1/runs`, { headers: { authorization: `Bearer ${key}` } })).status;
}

describe('npm start', { timeout: 60_000 }, () => {
  test('prints a working key once, refuses a second server in one line, and starts again after SIGKILL', async () => {
    const first = serve();
    const before = await first.ready();
    expect(first.output.text).toContain(before.key);
    expect(await fetchStatus(before.url, before.key)).toBe(200);
    const second = serve();
    expect(await second.exited).toEqual([1, null]);
    expect(second.output.text.trim()).toBe(
      `Another server (process ${first.child.pid}) is using ${dataDir}. Stop it, or set DATA_DIR to another directory.`,
    );
    first.child.kill('SIGKILL');
    await first.exited;
    const third = serve();
    const after = await third.ready();
    expect(after.key).toBe(before.key);
    expect(third.output.text).not.toMatch(/tm_\w{20}/);
    expect(third.output.text).toContain(join(dataDir, 'local-api-key'));
    expect(await fetchStatus(after.url, after.key)).toBe(200);
    third.child.kill('SIGINT');
    expect(await third.exited).toEqual([0, null]);
  });

  test('reports active runs in one line and logs no error when it is interrupted', async () => {
    const provider = await startProviderProcess({ preset: 'anyscale-2023' });
    const first = serve({ WARM_LOCAL_WORKERS: '1' });
    const { url, key } = await first.ready();
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const spec = {
      targets: [{ baseUrl: provider.url, model: 'anyscale-2023' }],
      load: { mode: 'concurrency', stages: [{ concurrency: 2, requests: 200 }], warmupRequests: 0 },
    };
    const created = await fetch(`${url}/v1/runs`, { method: 'POST', headers, body: JSON.stringify(spec) });
    const { links } = (await created.json()) as { links: { self: string } }; // contract tests cover this type
    await vi.waitFor(
      async () => {
        const run = await (await fetch(`${url}${links.self}`, { headers })).json();
        expect(run).toMatchObject({
          progress: { stages: [{ status: 'running', issued: expect.toSatisfy((n) => n > 0) }] },
        });
      },
      { ...within, interval: 100 },
    );
    const askedAtMs = performance.now();
    first.child.kill('SIGINT');
    expect(await first.exited).toEqual([0, null]);
    expect(performance.now() - askedAtMs).toBeLessThan(4_000);
    const told = first.output.text.split('Stopping. Press Ctrl-C again to stop immediately.')[1];
    expect(told?.trim()).toBe('1 active run continues at the next start.');
    await provider.stop();
  });

  test('ends in one line if the port of the simulated provider is in use', async () => {
    // The port can already be in use, which has the same effect.
    const other = createServer().on('error', () => undefined);
    other.listen(8_788, '127.0.0.1');
    const { exited, output } = serve({}, ['--provider']);
    expect(await exited).toEqual([1, null]);
    expect(output.text.trim()).toBe(
      'The simulated provider did not start. Stop the program that uses port 8788, or start without --provider.',
    );
    other.close();
  });

  test('explains its flags with --help, and starts nothing', async () => {
    const { exited, output } = serve({}, ['--help']);
    expect(await exited).toEqual([0, null]);
    expect(output.text).toMatch(/^Usage: npm start \[-- --provider\]\n/);
  });

  test('refuses an invalid port in one line', async () => {
    const wrong = serve({ PORT: 'abc' });
    expect(await wrong.exited).toEqual([1, null]);
    expect(wrong.output.text.trim()).toBe('PORT must be a whole number from 0 to 65535');
  });
});
