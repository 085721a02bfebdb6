import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findMissingTool } from '../support/commands/find-missing-tool.ts';
import type { Server } from '../support/commands/start-server.ts';
import { findPython } from '../support/python/install-requirements.ts';
import type { PlacedSample } from '../support/service/read-all-samples.ts';
import { startServiceProcess } from '../support/service/service-process.ts';
import { cacheFolder } from './cache-folder.ts';
import { compare } from './compare.ts';
import { installReader, readTruth } from './read-truth.ts';
import { type Recorder, startRecorder } from './recorder/start-recorder.ts';
import { thirdPartyServers } from './registry.ts';
import { runScenario } from './run-scenario.ts';
import { renderTarget, type Scenario, type ThirdPartyServer, type ThirdPartyTarget } from './third-party-server.ts';
import { writeTable } from './write-table.ts';

/*
 * `npm run test:third-party`: makes whole runs against other people's servers, and compares each request with a
 * recording of its bytes. `-- aimock` selects servers. Writes docs/protocols.md.
 */

const tell = (line: string) => console.log(`${new Date().toISOString().slice(11, 19)}  ${line}`);
const maxFaults = 8;
const wanted = process.argv.slice(2);

type Target = { title: string; target: ThirdPartyTarget; recording: string; recorder: Recorder };

/** Makes one run with its own service, and a recorder for each target. Returns its faults. */
async function testScenario(server: ThirdPartyServer, { endpoint }: Server, scenario: Scenario): Promise<string[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tokenmeter-third-party-'));
  const targets = await Promise.all(
    scenario.targets.map(async (target): Promise<Target> => {
      const title = renderTarget(scenario, target);
      const recording = join(cacheFolder, 'recordings', `${server.name}-${title.replaceAll(/[^a-z]+/g, '-')}.jsonl`);
      return { title, target, recording, recorder: await startRecorder(endpoint, recording) };
    }),
  );
  try {
    await scenario.prepare?.(endpoint);
    const ports = targets.map(({ recorder }) => recorder.port);
    const environment = { EGRESS: 'loopback', LOOPBACK_PORTS: ports.join(), LOG_LEVEL: 'error' };
    const service = await startServiceProcess(dataDir, environment);
    const killService = () => void service.kill();
    process.once('exit', killService);
    const { samples, reasons } = await runScenario(
      service,
      targets.map(({ target, recorder }) => ({ target, port: recorder.port })),
    ).finally(() => service.stop());
    process.off('exit', killService);
    for (const reason of reasons) tell(`${server.name}: report: ${reason}`);
    await Promise.all(targets.map(({ recorder }) => recorder.stop()));
    const faults: string[] = [];
    for (const target of targets) faults.push(...(await judgeTarget(server, scenario, target, samples)));
    return faults;
  } finally {
    await Promise.all(targets.map(({ recorder }) => recorder.stop()));
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Compares the samples of a target with its recording, and writes its row. */
async function judgeTarget(
  server: ThirdPartyServer,
  { expectedOutcomes }: Scenario,
  { title, target: { protocol }, recording }: Target,
  samples: readonly PlacedSample[],
): Promise<string[]> {
  const own = samples.filter(({ targetId }) => targetId === protocol);
  const comparison = compare(own, await readTruth(recording, protocol));
  const missing = expectedOutcomes.filter((outcome) => comparison.outcomes[outcome] === undefined);
  tell(`${server.name}, ${title}: ${JSON.stringify({ ...comparison, faults: comparison.faults.length })}`);
  await writeTable(server, title, comparison);
  const faults = [...comparison.faults, ...missing.map((outcome) => `no request ended as ${outcome}`)];
  const shown = faults.length > maxFaults ? [...faults.slice(0, maxFaults), `${faults.length} faults`] : faults;
  return shown.map((fault) => `${title}: ${fault}`);
}

async function testServer(server: ThirdPartyServer): Promise<string[]> {
  tell(`${server.name} ${server.version}: install`);
  await server.install();
  const faults: string[] = [];
  for (const scenario of server.scenarios) {
    const { label } = scenario;
    tell(`${server.name}: run${label === null ? '' : ` with ${label}`}`);
    const started = await server.start(label);
    const own = testScenario(server, started, scenario).catch((error: unknown) => [describe(error)]);
    faults.push(...(await own.finally(() => started.stop())));
  }
  return faults;
}

const describe = (error: unknown) => (error instanceof Error ? error.message : String(error));

// Exiting ends the started processes.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
const names = thirdPartyServers.map(({ name }) => name);
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) throw new Error(`Unknown names: ${unknown.join(', ')}. Known: ${names.join(', ')}`);
const selected = thirdPartyServers.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
await mkdir(join(cacheFolder, 'recordings'), { recursive: true });
await installReader(await findPython('python3', '3.11'));
let failed = 0;
let skipped = 0;
for (const server of selected) {
  const missing = findMissingTool(server.needs);
  if (missing !== null) {
    tell(`${server.name}: skipped, because ${missing} is missing`);
    skipped++;
    continue;
  }
  const faults = await testServer(server).catch((error: unknown) => [describe(error)]);
  for (const fault of faults) tell(`${server.name}, ${fault}`);
  failed += faults.length > 0 ? 1 : 0;
}
console.log(`${selected.length - failed - skipped} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 ? 1 : 0;
