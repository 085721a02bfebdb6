import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readReport } from '../../shared/report/model/read-report.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { runSpecInputSchema } from '../../shared/spec/run-spec.ts';
import { followRun } from '../client/follow-run.ts';
import { createRunClient } from '../client/run-client.ts';
import { lockDataDir } from '../local/data-dir/lock-data-dir.ts';
import { startLocal } from '../local/start-local.ts';
import { parseProviderLog } from '../provider/log/request-log.ts';
import { summarizeProviderLog } from '../provider/log/summarize-log.ts';
import { type Provider, startProvider } from '../provider/start-provider.ts';
import { compareWithProvider, renderAgreement } from './compare-with-provider.ts';

/** `npm run demo` measures two simulated providers and compares the report with the providers' own logs. */

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
  // After an interrupt, the run is expected to fail, so the error is not printed.
  if (!interrupted.signal.aborted) console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await cleanup.disposeAsync();
}

/** Runs the demo. Returns whether the run completed and all compared values agree with the providers' logs. */
async function runDemo(): Promise<boolean> {
  await clearDemoDir();
  console.log("The demo measures two simulated providers and compares the report with the providers' own logs.");
  console.log('It takes about two minutes.\n');
  const providers: Provider[] = [];
  for (const preset of presets) {
    const provider = await startProvider(preset, join(demoDir, `${preset}.ndjson`));
    cleanup.defer(provider.close);
    providers.push(provider);
    console.log(`Simulated provider ${preset.padEnd(14)}  ${provider.url}`);
  }
  const server = await startLocal({ dataDir, port: 0, environment: { ...process.env, LOOPBACK_PORTS: 'any' } });
  cleanup.defer(async () => void (await server.close()));
  console.log(`${'Tokenmeter'.padEnd(33)}  ${server.url}\n`);
  const client = createRunClient(server);
  const spec = await readSpec(providers);
  const run = await followRun(client, await client.createRun(spec), process.stdout);
  if (run.status !== 'completed') throw new Error(`The run did not complete. Its status is "${run.status}".`);
  const json = await client.getReport(run.runId, '');
  const text = await client.getReport(run.runId, '.txt');
  await writeFile(join(demoDir, 'report.json'), json);
  await writeFile(join(demoDir, 'report.txt'), text);
  await writeFile(join(demoDir, 'report.html'), await client.getReport(run.runId, '.html'));
  console.log(`\n${text}`);
  const agrees = await checkAgreement(readReport(json), providers, spec.load.warmupRequests);
  const shownDir = relative(process.cwd(), demoDir);
  console.log(`Page with charts: ${join(shownDir, 'report.html')}`);
  console.log(`Report as text:   ${join(shownDir, 'report.txt')}`);
  console.log(`Report as JSON:   ${join(shownDir, 'report.json')}`);
  console.log('\nTo browse this run through the API, start the service with its data:');
  console.log(`  DATA_DIR=${join(shownDir, 'data')} npm start`);
  return agrees;
}

/** Deletes the data of the previous demo. Fails if a running server still uses the data. */
async function clearDemoDir(): Promise<void> {
  lockDataDir(dataDir).release();
  await rm(demoDir, { recursive: true });
  await mkdir(demoDir);
}

/** Reads the example spec and replaces its targets' base URLs with the URLs of the simulated providers. */
async function readSpec(providers: readonly Provider[]) {
  const spec = runSpecInputSchema.parse(JSON.parse(await readFile(example, 'utf8')));
  const targets = spec.targets.map((target, position) => ({
    ...target,
    baseUrl: providers[position]?.url ?? target.baseUrl,
  }));
  return { ...spec, targets };
}

async function checkAgreement(report: Report, providers: readonly Provider[], warmup: number): Promise<boolean> {
  const tables: string[] = [];
  let compared = 0;
  let agreed = 0;
  for (const [position, target] of report.targets.entries()) {
    const provider = providers[position];
    if (provider === undefined) throw new Error(`Target "${target.targetId}" has no provider.`);
    // The provider writes the last lines of its log when it closes.
    await provider.close();
    const lines = parseProviderLog(await readFile(provider.logFile, 'utf8'));
    const agreements = compareWithProvider(target, summarizeProviderLog(lines, target.model, { skipFirst: warmup }));
    tables.push(renderAgreement(target.targetId, agreements));
    compared += agreements.length;
    agreed += agreements.filter(({ agrees }) => agrees).length;
  }
  const count = agreed === compared ? `All ${compared} values agree` : `Only ${agreed} of ${compared} values agree`;
  console.log(`${count} with the providers' own logs.\n\n${tables.join('\n\n')}\n`);
  console.log(
    "Accepted range: for medians, the report's value ± 2 %; for times per token, the report's 95 % confidence interval.\n",
  );
  return agreed === compared;
}
