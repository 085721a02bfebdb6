import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { installRequirements } from '../support/python/install-requirements.ts';
import { cacheFolder } from './cache-folder.ts';

const run = promisify(execFile);
const maxOutputBytes = 64 * 1_024 * 1_024;

const folder = join(import.meta.dirname, 'reader');
const environment = join(cacheFolder, 'reader');
const number = z.number().nullable();

const truthSchema = z.object({
  promptNumber: number,
  startMs: z.number(),
  status: number,
  outcome: z.string(),
  firstOutputMs: number,
  lastOutputMs: number,
  outputEvents: z.number(),
  text: z.string(),
  finish: z.string().nullable(),
  inputTokens: number,
  outputTokens: number,
  detail: z.string(),
});
/** What an exchange was by the recording, read by other people's parsers. */
export type Truth = z.infer<typeof truthSchema>;

export async function installReader(python: string): Promise<void> {
  await installRequirements(join(folder, 'requirements.txt'), { python, folder: environment });
}

export async function readTruth(recording: string, protocol: string): Promise<Truth[]> {
  const command = join(environment, 'bin', 'python3');
  const options = { cwd: folder, maxBuffer: maxOutputBytes };
  const { stdout } = await run(command, ['read_truth.py', recording, protocol], options);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => truthSchema.parse(JSON.parse(line)));
}
