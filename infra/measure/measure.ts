import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { followRun, type ProgressOutput } from '../client/follow-run.ts';
import { createRunClient } from '../client/run-client.ts';
import { loadPlace } from '../local/local-settings.ts';
import { type MeasureOptions, readMeasureArguments, usageText } from './read-measure-arguments.ts';

export type MeasureOutcome = 'passed' | 'assertion failed' | 'not completed';

const specSchema = z.looseObject({ targets: z.array(z.looseObject({})) });

/**
 * Creates a run, follows it until it ends, prints its report, and saves the report as an HTML page.
 * @param local data directory and port of the service on this machine
 * @throws Error with a remedy if the service or the spec is unusable
 */
async function runMeasurement(
  options: MeasureOptions,
  local: { dataDir: string; port: number },
  output: ProgressOutput,
): Promise<MeasureOutcome> {
  const url = options.serviceUrl ?? `http://127.0.0.1:${local.port}`;
  const client = createRunClient({ url, apiKey: options.apiKey ?? (await readLocalKey(local.dataDir)) });
  const created = await client.createRun(await readSpec(options));
  output.write(`Run ${created.runId}\n`);
  const run = await followRun(client, created, output);
  const directory = join(local.dataDir, 'reports');
  await mkdir(directory, { recursive: true });
  const page = join(directory, `${run.runId}.html`);
  await writeFile(page, await client.getReport(run.runId, '.html'));
  output.write(`\n${await client.getReport(run.runId, '.txt')}\n`);
  output.write(`Page with charts: ${relative(process.cwd(), page)}\n`);
  output.write(`Report as JSON:   ${url}/v1/runs/${run.runId}/report\n`);
  if (run.status !== 'completed') return 'not completed';
  return run.verdict === 'fail' ? 'assertion failed' : 'passed';
}

async function readLocalKey(dataDir: string): Promise<string> {
  const file = join(dataDir, 'local-api-key');
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    const message = `Cannot read ${file}. Start the service (npm start), or set TOKENMETER_API_KEY.`;
    throw new Error(message, { cause: error });
  }
}

/** Adds the API key from the environment to each target that has neither a key nor a credential. */
async function readSpec({ spec, targetKey }: MeasureOptions): Promise<unknown> {
  const value: unknown = 'file' in spec ? JSON.parse(await readFile(spec.file, 'utf8')) : spec.value;
  const parsed = specSchema.safeParse(value);
  if (!parsed.success || targetKey === null) return value;
  const targets = parsed.data.targets.map((target) =>
    'apiKey' in target || 'credentialId' in target ? target : { ...target, apiKey: targetKey },
  );
  return { ...parsed.data, targets };
}

/** `npm run measure` runs one measurement from the command line and prints its report. */

const exitCodes: Record<MeasureOutcome, number> = { passed: 0, 'assertion failed': 1, 'not completed': 2 };
const couldNotStart = 3;

try {
  const options = readMeasureArguments(process.argv.slice(2), process.env);
  if (options === null) process.stdout.write(usageText);
  else process.exitCode = exitCodes[await runMeasurement(options, loadPlace(process.env), process.stdout)];
} catch (error) {
  console.error(describeFault(error));
  process.exitCode = couldNotStart;
}

function describeFault(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message === 'fetch failed')
    return 'The service does not respond. Start it with npm start, or set its address with --service URL.';
  return error.message;
}
