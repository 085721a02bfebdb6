import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServiceProcess } from '../support/service/service-process.ts';

const hooks = fileURLToPath(new URL('./python', import.meta.url));
const contract = fileURLToPath(new URL('../../openapi.yaml', import.meta.url));

export type Round = {
  seed: number;
  phases: readonly string[];
  /** Maximum number of cases per operation and phase. */
  maxExamples: number;
  /** Null for no limit. */
  maxSeconds: number | null;
  /** Ids of the operations. Empty: all. */
  only: readonly string[];
};

/**
 * Runs Schemathesis against the service at low priority, and continues after failures. Returns the file of its events.
 * @throws Error with the end of its output if it could not test
 */
export async function runSchemathesis(
  { seed, phases, maxExamples, maxSeconds, only }: Round,
  { folder, command, service }: { folder: string; command: string; service: ServiceProcess },
): Promise<string> {
  const settingsFile = join(folder, 'schemathesis.toml');
  const eventsFile = join(folder, `events-${seed}.ndjson`);
  await writeFile(settingsFile, renderSettings(service.apiKey));
  const args = [
    ...['--config-file', settingsFile, 'run', contract, '--url', service.url, '--seed', String(seed)],
    ...['--workers', '1', '--phases', phases.join(','), '--max-examples', String(maxExamples)],
    ...['--continue-on-failure', '--no-shrink', '--no-color', '--request-timeout', '30'],
    // How fast cases are drawn depends on the machine, and this process runs at low priority.
    ...['--suppress-health-check', 'too_slow'],
    ...['--report', 'ndjson', '--report-ndjson-path', eventsFile],
    ...(maxSeconds === null ? [] : ['--max-time', String(maxSeconds)]),
    ...only.flatMap((id) => ['--include-operation-id', id]),
  ];
  const child = spawn('nice', ['-n', '15', command, ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PYTHONPATH: hooks, OWN_API_KEY_ID: await readOwnId(service) },
  });
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString('utf8')).slice(-4_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const [code] = await once(child, 'close');
  // Schemathesis ends with 1 if it found failures.
  if (code === 0 || code === 1) return eventsFile;
  throw new Error(`Schemathesis ended with ${code}:\n${output}`);
}

function renderSettings(apiKey: string): string {
  return [
    'hooks = "hooks"',
    `auth.openapi.bearerKey.bearer = "${apiKey}"`,
    'output.sanitization.enabled = false',
    // A request that matches the schema can still fail a precondition, or need something that was deleted.
    'checks.positive_data_acceptance.expected-statuses = ["2xx", "3xx", 401, 403, 404, 409, 410, 412, 429]',
    'checks.negative_data_rejection.expected-statuses = ["4xx"]',
  ].join('\n');
}

/** Returns the id of the API key that the cases use. */
async function readOwnId({ apiKey }: ServiceProcess): Promise<string> {
  const [, , id] = apiKey.split('_');
  if (id === undefined) throw new Error('The API key does not contain its id.');
  return `key_${id}`;
}
