import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { upgradeDataDir } from '../../../../infra/local/data-dir/data-format.ts';
import { lockDataDir } from '../../../../infra/local/data-dir/lock-data-dir.ts';
import { startLocal } from '../../../../infra/local/start-local.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'tokenmeter-format-'));
});
afterEach(() => {
  rmSync(dataDir, { recursive: true });
});

const start = () => startLocal({ dataDir, port: 0, environment: { LOG_LEVEL: 'silent', WARM_LOCAL_WORKERS: '0' } });

describe('the format of the data directory', () => {
  test('is stored by the first start', async () => {
    await upgradeDataDir(dataDir);
    expect(JSON.parse(readFileSync(join(dataDir, 'format.json'), 'utf8'))).toEqual({ format: 2 });
  });

  test('of a later version is refused with both versions and a remedy, and the directory is unchanged', async () => {
    writeFileSync(join(dataDir, 'format.json'), '{"format":3,"added":"later"}');
    await expect(start()).rejects.toThrow(
      `${dataDir} has data format 3, which a later version of Tokenmeter wrote. This version reads formats 1 to 2. Install the later version, or set DATA_DIR to another directory.`,
    );
    expect(readdirSync(dataDir).sort()).toEqual(['format.json', 'lock.sqlite', 'server.json']);
  });

  test('is refused with the name of the file if the file is damaged', async () => {
    writeFileSync(join(dataDir, 'format.json'), '{"form');
    await expect(upgradeDataDir(dataDir)).rejects.toThrow(`${join(dataDir, 'format.json')} is damaged`);
  });
});

describe('a directory of another program', () => {
  test('is refused, and is neither changed nor filled', async () => {
    writeFileSync(join(dataDir, 'thesis.tex'), 'text');
    chmodSync(dataDir, 0o755);
    await expect(start()).rejects.toThrow(
      `${dataDir} contains files of another program, such as thesis.tex. Set DATA_DIR to a new or empty directory.`,
    );
    expect(statSync(dataDir).mode & 0o777).toBe(0o755);
    expect(readdirSync(dataDir)).toEqual(['thesis.tex']);
  });

  test('is used if it is empty, keeps its mode, and gets files that other users cannot read', async () => {
    chmodSync(dataDir, 0o755);
    const server = await start();
    await server.close();
    expect(statSync(dataDir).mode & 0o777).toBe(0o755);
    for (const name of readdirSync(dataDir)) expect(statSync(join(dataDir, name)).mode & 0o077).toBe(0);
  });

  test('is refused if it is a file', () => {
    const file = join(dataDir, 'file');
    writeFileSync(file, '');
    expect(() => lockDataDir(file)).toThrow(`${file} is not a directory`);
    expect(existsSync(file)).toBe(true);
  });
});
