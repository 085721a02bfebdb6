import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lockDataDir } from '../../../../infra/local/data-dir/lock-data-dir.ts';

const holder = fileURLToPath(new URL('../fixtures/lock-holder.ts', import.meta.url));
let dataDir: string;
let child: ChildProcess | null = null;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'tokenmeter-lock-'));
});

afterEach(() => {
  child?.kill('SIGKILL');
  child = null;
  rmSync(dataDir, { recursive: true });
});

describe('lock of the data directory', () => {
  test('creates the directory with access for its owner only', () => {
    const nested = join(dataDir, 'a', 'b');
    lockDataDir(nested).release();
    expect(statSync(nested).mode & 0o777).toBe(0o700);
  });

  test('refuses a second owner in the same process until it is released', () => {
    const lock = lockDataDir(dataDir);
    expect(() => lockDataDir(dataDir)).toThrow(`Another server (process ${process.pid}) is using ${dataDir}`);
    lock.release();
    lockDataDir(dataDir).release();
  });

  test('refuses while another process owns it, and is free immediately after that process is killed', async () => {
    child = fork(holder, [dataDir], { execArgv: [] });
    await once(child, 'message');
    expect(() => lockDataDir(dataDir)).toThrow(`Another server (process ${child?.pid}) is using`);
    child.kill('SIGKILL');
    await once(child, 'exit');
    lockDataDir(dataDir).release();
  });
});
