import type { Agreement } from './judge-agreement.ts';
import { readReproduceArguments, usageText } from './read-reproduce-arguments.ts';
import { reproduceReport } from './reproduce-report.ts';

/** `npm run reproduce -- REPORT` repeats the run behind a report and compares the new report with the original. */

const exitCodes: Record<Agreement, number> = { agree: 0, differ: 1, 'cannot tell': 2 };
const couldNotRun = 3;

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => interrupted.abort(new Error('Stopped')));

try {
  const options = readReproduceArguments(process.argv.slice(2), process.env);
  if (options === null) console.log(usageText);
  else process.exitCode = exitCodes[await reproduceReport(options, process.env, console.log, interrupted.signal)];
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = couldNotRun;
}
