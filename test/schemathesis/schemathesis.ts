import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPython, installRequirements, readPin } from '../support/python/install-requirements.ts';
import { type ServiceProcess, startServiceProcess } from '../support/service/service-process.ts';
import { findMissingSentences } from './explanations.ts';
import { readFindings } from './read-findings.ts';
import { type Options, readOptions } from './read-options.ts';
import { type Round, runSchemathesis } from './run-schemathesis.ts';
import { addFindings, createSummary, printSummary, type Summary } from './summarize.ts';

/*
 * `npm run test:schemathesis`: sends cases that Schemathesis generates from openapi.yaml to a new service, for about a
 * minute. `-- --cases 25000` sends at least that many. Fails if a response breaks the contract.
 */

const root = new URL('../../', import.meta.url);
const environmentFolder = fileURLToPath(new URL('.schemathesis', root));
const requirementsFile = fileURLToPath(new URL('./requirements.txt', import.meta.url));
const tell = (line: string) => console.log(`${new Date().toISOString().slice(11, 19)}  ${line}`);

/** No case is refused because of its number. Runs fail immediately, because their targets are not reachable. */
const settings = {
  LOG_LEVEL: 'error',
  RATE_LIMIT_PER_MINUTE: '1000000',
  TENANT_RATE_LIMIT_PER_MINUTE: '10000000',
  MAX_WAIT_SECONDS: '1',
  MAX_ACTIVE_RUNS_PER_TENANT: '10',
  MAX_REQUESTS_PER_RUN: '200',
  MAX_WORKERS_PER_TENANT: '1',
};

const allPhases = ['examples', 'coverage', 'fuzzing', 'stateful'];
const bounded = { phases: allPhases, maxExamples: 10, maxSeconds: 60 };

/** The first round has all phases. The next rounds draw further cases, because the other phases repeat theirs. */
function planRound({ cases, seed, only }: Options, roundIndex: number): Round {
  const base = { seed: seed + roundIndex, only };
  if (cases === null) return { ...base, ...bounded };
  const phases = roundIndex === 0 ? allPhases : ['fuzzing', 'stateful'];
  return { ...base, phases, maxExamples: 50, maxSeconds: null };
}

async function runRounds(options: Options, place: Parameters<typeof runSchemathesis>[1]): Promise<Summary> {
  const summary = createSummary();
  let roundIndex = 0;
  do {
    const round = planRound(options, roundIndex++);
    tell(`seed ${round.seed}: ${round.phases.join(', ')}`);
    const eventsFile = await runSchemathesis(round, place);
    const findings = await readFindings(eventsFile);
    await rm(eventsFile);
    addFindings(summary, findings, round.seed);
    tell(`${summary.cases} cases, ${summary.open.size} kinds of findings`);
    if (findings.cases === 0) throw new Error('Schemathesis sent no case.');
    if (place.service.hasEnded()) throw new Error(`The service has ended:\n${place.service.output().slice(-4_000)}`);
  } while (summary.cases < (options.cases ?? 0));
  return summary;
}

const options = readOptions(process.argv.slice(2));
const missing = findMissingSentences(await readFile(new URL('openapi.yaml', root), 'utf8'));
if (missing.length > 0) throw new Error(`openapi.yaml no longer contains: ${missing.join('; ')}`);
const python = await findPython(options.python, '3.11');
tell(`install Schemathesis ${await readPin(requirementsFile, 'schemathesis')}`);
await installRequirements(requirementsFile, { python, folder: environmentFolder });
const folder = await mkdtemp(join(tmpdir(), 'tokenmeter-schemathesis-'));
let service: ServiceProcess | null = null;
try {
  service = await startServiceProcess(join(folder, 'data'), settings);
  const command = join(environmentFolder, 'bin', 'schemathesis');
  const summary = await runRounds(options, { folder, command, service });
  printSummary(summary);
  process.exitCode = summary.open.size + summary.errors.size === 0 ? 0 : 1;
} finally {
  await service?.stop();
  await rm(folder, { recursive: true, force: true });
}
