import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { completeRun } from '../../../infra/client/run-client.ts';
import { type LocalServer, startLocal } from '../../../infra/local/start-local.ts';
import { readOriginal } from '../../../infra/reproduce/read-original.ts';
import { readReproduceArguments } from '../../../infra/reproduce/read-reproduce-arguments.ts';
import { reproduceReport } from '../../../infra/reproduce/reproduce-report.ts';
import { readReport } from '../../../shared/report/model/read-report.ts';
import { type ProviderProcess, startProviderProcess } from '../../support/servers/provider-process.ts';

const { signal } = new AbortController();
const key = 'sk-of-the-target';
let folder: string;
let provider: ProviderProcess;
let server: LocalServer;
let reportFile: string;
let runId: string;

/** Starts a service, makes a run, and writes its report to a file. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tokenmeter-reproduce-test-'));
  provider = await startProviderProcess({ preset: 'fast', apiKey: key });
  server = await startLocal({
    dataDir: join(folder, 'data'),
    port: 0,
    environment: { LOG_LEVEL: 'silent', LOOPBACK_PORTS: 'any', WARM_LOCAL_WORKERS: '1' },
  });
  const spec = {
    targets: [{ id: 'a', baseUrl: provider.url, model: 'fast', apiKey: key }],
    load: { mode: 'concurrency', stages: [{ concurrency: 4, requests: 40 }], warmupRequests: 1 },
  };
  const ended = await completeRun(server, spec);
  runId = ended.runId;
  reportFile = join(folder, 'report.json');
  await writeFile(reportFile, ended.reportJson);
});
afterAll(async () => {
  await server.close();
  await provider.stop();
  await rm(folder, { recursive: true });
});

const readOptions = (...args: string[]) => {
  const options = readReproduceArguments(args, {});
  if (options === null) throw new Error('The arguments request help');
  return options;
};

test('a report is run again on a service from its own manifest, and each value is compared', async () => {
  const lines: string[] = [];
  const outFile = join(folder, 'again.json');
  const service = ['--service', server.url, '--service-api-key', server.apiKey];
  const options = readOptions(reportFile, ...service, '--target-key', `a=${key}`, '--out', outFile);
  await reproduceReport(options, {}, (line) => lines.push(line), signal);
  const [before, after] = await Promise.all(
    [reportFile, outFile].map(async (file) => readReport(await readFile(file, 'utf8'))),
  );
  expect(after?.run.runId).not.toBe(runId);
  expect(after?.run.manifestSha256).toBe(before?.run.manifestSha256);
  const [base, again] = [before?.stages[0], after?.stages[0]];
  // A stall of a busy machine excludes requests, and then nothing can be said about the others.
  const isWhole = base?.counts.disturbed === 0 && again?.counts.disturbed === 0;
  if (isWhole) expect(again.requests.inputTokens.mean).toBe(base.requests.inputTokens.mean);
  const text = lines.join('\n');
  expect(text).toMatch(isWhole ? /inputTokens mean +agree/ : /inputTokens mean +(?:agree|cannot tell)/);
  expect(text).toMatch(/ttftMs p50 +(?:agree|differ|cannot tell)/);
  expect(text).not.toContain(key);
});

describe('the original report', () => {
  test('is read from a service if it is given as a URL', async () => {
    const { report, manifest } = await readOriginal(
      readOptions(`${server.url}/v1/runs/${runId}/report`, '--api-key', server.apiKey),
    );
    expect(report.run.runId).toBe(runId);
    expect(manifest.spec.seed).toBe(report.run.seed);
  });

  test('must contain the manifest whose hash it names', async () => {
    const report = JSON.parse(await readFile(reportFile, 'utf8'));
    const changed = join(folder, 'changed.json');
    report.manifest.spec.seed += 1;
    await writeFile(changed, JSON.stringify(report));
    await expect(readOriginal(readOptions(changed))).rejects.toThrow(
      /does not belong to the report.*No run was started/,
    );
    await writeFile(changed, JSON.stringify({ ...report, manifest: null }));
    await expect(readOriginal(readOptions(changed))).rejects.toThrow('does not include a manifest');
    await writeFile(changed, JSON.stringify({ ...report, run: { ...report.run, source: 'imported' } }));
    await expect(readOriginal(readOptions(changed))).rejects.toThrow('imported run');
    await writeFile(changed, '{}');
    await expect(readOriginal(readOptions(changed))).rejects.toThrow('is not a report');
    await expect(readOriginal(readOptions(join(folder, 'none.json')))).rejects.toThrow('does not exist');
    await expect(readOriginal(readOptions('http://127.0.0.1:1/x'))).rejects.toThrow('not the URL of a run');
    await expect(readOriginal(readOptions(`${server.url}/v1/runs/${runId}`))).rejects.toThrow('set --api-key');
  });

  test('is refused with the error of the service', async () => {
    const service = ['--service', server.url, '--service-api-key', server.apiKey];
    const options = readOptions(reportFile, ...service, '--base-url', 'a=http://10.0.0.1/v1');
    await expect(reproduceReport(options, {}, () => {}, signal)).rejects.toThrow(/422.*\/targets\/0\/baseUrl/s);
    const unknown = readOptions(reportFile, ...service, '--target-key', 'b=x');
    await expect(reproduceReport(unknown, {}, () => {}, signal)).rejects.toThrow('no target "b". Its targets are: a.');
  });
});

test.each([
  [[], 'Specify one report'],
  [['a', 'b'], 'Specify one report'],
  [['a', '--tolerance', '2'], '--tolerance must be'],
  [['a', '--service', 'x'], '--service must be a URL'],
  [['a', '--service', 'http://127.0.0.1'], 'requires --service-api-key'],
  [['a', '--target-key', 'sk-secret'], '--target-key must have the form ID=VALUE'],
])('%j is refused: %s', (args, message) => {
  expect(() => readReproduceArguments(args, {})).toThrow(message);
  expect(() => readReproduceArguments(args, {})).not.toThrow('sk-secret');
});
