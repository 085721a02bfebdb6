import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { readDataFormat } from '../../../../infra/local/data-dir/data-format.ts';
import { startLocal } from '../../../../infra/local/start-local.ts';
import { isLong } from '../../../support/test-form.ts';

const folder = fileURLToPath(new URL('../../../fixtures/data-dirs/', import.meta.url));
const archives = readdirSync(folder).filter((name) => name.endsWith('.tar.gz'));
const expectedSchema = z.object({
  finished: z.object({ runId: z.string(), manifestSha256: z.string(), manifest: z.string() }),
  interrupted: z.string(),
  credentialId: z.string(),
  scheduleId: z.string(),
});
const runSchema = z.looseObject({ status: z.string(), stop: z.string().nullable(), manifestSha256: z.string() });
const environment = { LOG_LEVEL: 'silent', WARM_LOCAL_WORKERS: '0', SHUTDOWN_GRACE_MS: '200', LOOPBACK_PORTS: 'any' };

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'tokenmeter-earlier-'));
});
afterEach(() => {
  rmSync(dataDir, { recursive: true });
});

describe.each(isLong ? archives : archives.slice(0, 1))('the data directory %s of an earlier version', (archive) => {
  test('is converted once; everything in it can be read, and the interrupted run ends', async () => {
    execFileSync('tar', ['-xzf', join(folder, archive), '-C', dataDir]);
    const expected = expectedSchema.parse(JSON.parse(readFileSync(join(dataDir, 'expected.json'), 'utf8')));
    expect(readDataFormat(dataDir)).toBe(1);
    const server = await startLocal({ dataDir, port: 0, environment });
    expect(server.isNewApiKey).toBe(false);
    const get = async (path: string) => {
      const headers = { authorization: `Bearer ${server.apiKey}` };
      const response = await fetch(`${server.url}/v1/${path}`, { headers });
      return { status: response.status, text: await response.text() };
    };
    const getRun = async (runId: string) => runSchema.parse(JSON.parse((await get(`runs/${runId}`)).text));
    const { finished } = expected;
    expect(await getRun(finished.runId)).toMatchObject({ status: 'completed' });
    expect(await get(`runs/${finished.runId}/report`)).toMatchObject({ status: 200 });
    expect(await get(`credentials/${expected.credentialId}`)).toMatchObject({ status: 200 });
    expect(await get(`schedules/${expected.scheduleId}`)).toMatchObject({ status: 200 });
    // The archive is older than the run's maxDurationMs, so the run ends without more requests.
    const ended = { status: 'failed', stop: 'run_duration' };
    await vi.waitFor(async () => expect(await getRun(expected.interrupted)).toMatchObject(ended), {
      timeout: 30_000,
      interval: 250,
    });
    await server.close();
    expect(readDataFormat(dataDir)).toBe(2);
    // Version 0.1.0 cannot create its directory, so it refuses to start instead of starting without the data.
    expect(statSync(join(dataDir, 'dynamodb')).isFile()).toBe(true);
    const again = await startLocal({ dataDir, port: 0, environment });
    expect(again.apiKey).toBe(server.apiKey);
    await again.close();
  }, 60_000);
});
