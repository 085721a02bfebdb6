import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readReport } from '../../shared/report/model/read-report.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { runSpecInputSchema } from '../../shared/spec/run-spec.ts';
import { followRun } from '../client/follow-run.ts';
import { createRunClient, type RunClient } from '../client/run-client.ts';
import { lockDataDir } from '../local/lock-data-dir.ts';
import { startLocal } from '../local/start-local.ts';
import { parseProviderLog } from '../provider/log/request-log.ts';
import { summarizeProviderLog } from '../provider/log/summarize-log.ts';
import { type Provider, startProvider } from '../provider/start-provider.ts';
import { compareWithProvider } from './compare-with-provider.ts';
import { renderAgreement } from './render-agreement.ts';

/* `npm run demo`: two simulated providers, the service, a run of the blog's workload, and a check against the providers. */

const project = fileURLToPath(new URL('../..', import.meta.url));
const demoDir = join(project, '.demo');
const example = join(project, 'examples', 'two-providers.json');
const dataDir = join(demoDir, 'data');
const presets = ['anyscale-2023', 'fireworks-2023'];

const cleanup = new AsyncDisposableStack();

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => {
    console.log('Stopping');
    interrupted.abort();
    void cleanup.disposeAsync().finally(() => process.exit(130));
  });

try {
  process.exitCode = (await runDemo()) ? 0 : 1;
} catch (error) {
  // What fails because everything is being stopped is no news.
  if (!interrupted.signal.aborted) console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await cleanup.disposeAsync();
}

/** True where the run completed and every figure agrees with the providers' own. */
async function runDemo(): Promise<boolean> {
  await clearDemoDir();
  const providers: Provider[] = [];
  for (const preset of presets) {
    const provider = await startProvider(preset, join(demoDir, `${preset}.ndjson`));
    cleanup.defer(provider.close);
    providers.push(provider);
    console.log(`Simulated provider ${preset} at ${provider.url}`);
  }
  const server = await startLocal({ dataDir, port: 0, environment: process.env });
  cleanup.defer(async () => void (await server.close()));
  console.log(`Tokenmeter at ${server.url}\n`);
  const api = createRunClient(server);
  const spec = await readSpec(providers);
  const run = await followRun(api, await api.createRun(spec), process.stdout);
  if (run.status !== 'completed') throw new Error(`The run ended as ${run.status}`);
  const report = await keepReport(api, run.runId);
  return checkAgreement(report, providers, spec.load.warmupRequests);
}

/** A fresh start each time, though not under the feet of a server that uses the data of the last one. */
async function clearDemoDir(): Promise<void> {
  lockDataDir(dataDir).release();
  await rm(demoDir, { recursive: true });
  await mkdir(demoDir);
}

/** The example, with the addresses at which the providers happen to listen. */
async function readSpec(providers: readonly Provider[]) {
  const spec = runSpecInputSchema.parse(JSON.parse(await readFile(example, 'utf8')));
  const targets = spec.targets.map((target, position) => {
    const provider = providers[position];
    return provider === undefined ? target : { ...target, baseUrl: provider.url };
  });
  return { ...spec, targets };
}

async function keepReport(api: RunClient, runId: string): Promise<Report> {
  const json = await api.getReport(runId, 'json');
  const text = await api.getReport(runId, 'text');
  const file = (name: string) => join(demoDir, name);
  await writeFile(file('report.json'), json);
  await writeFile(file('report.txt'), text);
  await writeFile(file('report.html'), await api.getReport(runId, 'html'));
  console.log(`\n${text}`);
  const shown = (name: string) => relative(process.cwd(), file(name));
  console.log(`The report is in ${shown('report.json')}; the table above in ${shown('report.txt')}.`);
  console.log(`As a page with charts, for a browser: ${shown('report.html')}`);
  console.log(`To look at the run over HTTP: DATA_DIR=${shown('data')} npm start\n`);
  return readReport(json);
}

async function checkAgreement(report: Report, providers: readonly Provider[], warmup: number): Promise<boolean> {
  console.log("The same figures from the providers' own logs:\n");
  let agrees = true;
  for (const [position, target] of report.targets.entries()) {
    const provider = providers[position];
    if (provider === undefined) throw new Error(`There is no provider for ${target.targetId}`);
    // Its last lines are written as it ends.
    await provider.close();
    const lines = parseProviderLog(await readFile(provider.logFile, 'utf8'));
    const summary = summarizeProviderLog(lines, target.model, { skipFirst: warmup });
    const agreements = compareWithProvider(target, summary);
    console.log(`${renderAgreement(target.targetId, agreements)}\n`);
    agrees &&= agreements.every((agreement) => agreement.agrees);
  }
  console.log(agrees ? 'All figures agree.' : 'Some figures do not agree.');
  return agrees;
}
