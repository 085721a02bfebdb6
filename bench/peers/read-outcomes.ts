import { readFile } from 'node:fs/promises';
import { type BenchOutcome, benchSchema, type ToolReport } from './tool-run.ts';

/**
 * One outcome of several that were kept with `--json`, each of other rounds or loads: a bench may be run in portions.
 * @throws Error where a file is none, or they are of different machines or versions
 */
export async function readOutcomes(files: readonly string[]): Promise<BenchOutcome> {
  const outcomes = await Promise.all(files.map(readOutcome));
  return mergeOutcomes(outcomes);
}

/** @throws Error where they are of different machines or versions, or there is none */
export function mergeOutcomes(outcomes: readonly BenchOutcome[]): BenchOutcome {
  const [first] = outcomes;
  if (first === undefined) throw new Error('There is no outcome to render');
  const reports = new Map<string, ToolReport>();
  for (const { machine, reports: some } of outcomes) {
    if (machine !== first.machine) throw new Error('The files are of different machines');
    for (const report of some) {
      const { name } = report.tool;
      const before = reports.get(name);
      if (before !== undefined && before.version !== report.version)
        throw new Error(`The files are of different versions of ${name}`);
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
