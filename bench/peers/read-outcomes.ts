import { readFile } from 'node:fs/promises';
import { type BenchOutcome, benchSchema, type ToolReport } from './tool-run.ts';

/**
 * Merges the outcomes of a bench that was run in parts, which `--json` has stored.
 * @throws Error if a file is invalid, or the files are of different machines or versions
 */
export async function readOutcomes(files: readonly string[]): Promise<BenchOutcome> {
  const outcomes = await Promise.all(files.map(readOutcome));
  return mergeOutcomes(outcomes);
}

/** @throws Error if the outcomes are of different machines or versions, or the list is empty */
export function mergeOutcomes(outcomes: readonly BenchOutcome[]): BenchOutcome {
  const [first] = outcomes;
  if (first === undefined) throw new Error('No outcomes were given. Pass at least one file to --render.');
  const reports = new Map<string, ToolReport>();
  for (const { machine, reports: some } of outcomes) {
    if (machine !== first.machine) throw new Error('The files are from different machines.');
    for (const report of some) {
      const { name } = report.tool;
      const before = reports.get(name);
      if (before !== undefined && before.version !== report.version)
        throw new Error(`The files are from different versions of ${name}.`);
      reports.set(name, {
        ...report,
        runs: [...(before?.runs ?? []), ...report.runs],
        failures: [...(before?.failures ?? []), ...report.failures],
      });
    }
  }
  return { machine: first.machine, reports: [...reports.values()] };
}

async function readOutcome(file: string): Promise<BenchOutcome> {
  const parsed = benchSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (!parsed.success) throw new Error(`${file} was not written by --json: ${parsed.error.message}`);
  return parsed.data;
}
