import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startLocal } from '../../../../infra/local/start-local.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'tokenmeter-keys-'));
});
afterEach(() => {
  rmSync(dataDir, { recursive: true });
});

const start = () => startLocal({ dataDir, port: 0, environment: { LOG_LEVEL: 'silent', WARM_LOCAL_WORKERS: '0' } });

describe('a missing key file', () => {
  test.each(['local-api-key', 'master.key'])(
    '%s next to data is refused with a remedy; no key is made',
    async (name) => {
      const first = await start();
      const headers = { authorization: `Bearer ${first.apiKey}`, 'content-type': 'application/json' };
      const body = JSON.stringify({ name: 'kept', apiKey: 'sk-for-the-test' });
      expect((await fetch(`${first.url}/v1/credentials`, { method: 'POST', headers, body })).status).toBe(201);
      await first.close();
      rmSync(join(dataDir, name));
      const refusal = `${join(dataDir, name)} is missing, but the directory contains data.`;
      await expect(start()).rejects.toThrow(refusal);
      await expect(start()).rejects.toThrow(refusal);
    },
  );

  test('is made again if the first start was killed before anything was stored', async () => {
    const first = await start();
    await first.close();
    rmSync(join(dataDir, 'local-api-key'));
    const second = await start();
    expect(second.isNewApiKey).toBe(true);
    await second.close();
  });
});
