import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { type ServiceProcess, startServiceProcess } from '../../support/service/service-process.ts';
import { answerChecks } from './answer-checks.ts';
import { inputChecks } from './input-checks.ts';
import { requestChecks } from './request-checks.ts';
import { runCase } from './run-case.ts';

/** Folder with cases from public bug reports, which is not part of this repository. */
const root = process.env['CASES_DIR'] ?? fileURLToPath(new URL('../../../../shared/cases', import.meta.url));
const checks = { ...answerChecks, ...inputChecks, ...requestChecks };
const names = existsSync(root) ? readdirSync(root).filter((name) => existsSync(join(root, name, 'expected.md'))) : [];

let service: ServiceProcess;
let dataDir: string;

describe.skipIf(names.length === 0)('cases from public bug reports (skipped without the folder CASES_DIR)', () => {
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'tokenmeter-cases-'));
    service = await startServiceProcess(dataDir);
  });
  afterAll(async () => {
    await service.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  for (const name of names)
    test(name, { timeout: 120_000 }, async ({ skip }) => {
      const check = checks[name.slice(0, 2)];
      if (check === undefined) return skip('the case has no check');
      await runCase(service, join(root, name), check);
    });
});
