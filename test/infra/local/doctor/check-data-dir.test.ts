import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkDataDir } from '../../../../infra/local/doctor/check-data-dir.ts';
import { startLocal } from '../../../../infra/local/start-local.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'tokenmeter-doctor-'));
  const server = await startLocal({ dataDir, port: 0, environment: { LOG_LEVEL: 'silent', WARM_LOCAL_WORKERS: '0' } });
  await server.close();
});
afterEach(() => {
  rmSync(dataDir, { recursive: true });
});

const listProblems = async () => (await checkDataDir(dataDir)).filter(({ remedy }) => remedy !== null);

test('the doctor finds no problem in an intact data directory', async () => {
  expect(await listProblems()).toEqual([]);
});

test('the doctor names each missing or damaged key and what it is needed for', async () => {
  rmSync(join(dataDir, 'local-api-key'));
  writeFileSync(join(dataDir, 'master.key'), 'short');
  expect(await listProblems()).toMatchObject([
    { name: 'local-api-key', result: 'missing', remedy: expect.stringContaining('Restore the file') },
    { name: 'master.key', result: 'damaged (5 bytes)', remedy: expect.stringContaining('stored credentials') },
  ]);
});

test('the doctor names the items that cannot be read', async () => {
  const database = new DatabaseSync(join(dataDir, 'table.sqlite'));
  database.exec("UPDATE entries SET value = replace(value, 'createdAtMs', 'lostAtMs') WHERE value LIKE '%API_KEY#%'");
  database.close();
  const [problem, ...others] = await listProblems();
  expect(others).toEqual([]);
  expect(problem).toMatchObject({
    name: 'Items',
    result: expect.stringMatching(/1 cannot be read:\n {2}.*createdAtMs/),
  });
});

test('the doctor names a damaged database file, what is lost, and what to do', async () => {
  const file = join(dataDir, 'table.sqlite');
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.fill(0xff, 0, bytes.length / 2));
  expect(await listProblems()).toMatchObject([
    { name: 'table.sqlite', result: expect.stringContaining('damaged'), remedy: expect.stringContaining('backup') },
  ]);
});
