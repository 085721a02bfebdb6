import { loadPlace } from '../local/local-settings.ts';
import { readMeasureArguments, usageText } from './read-measure-arguments.ts';
import { type MeasureOutcome, runMeasurement } from './run-measurement.ts';

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
