import { loadPlace } from '../local-settings.ts';
import { checkDataDir, type Finding } from './check-data-dir.ts';

/** `npm run doctor` checks the data directory. Ends with exit code 1 if it finds a problem. */

try {
  const { dataDir } = loadPlace(process.env);
  const findings = await checkDataDir(dataDir);
  console.log(`Data directory ${dataDir}\n${findings.map(describeFinding).join('\n')}`);
  const problems = findings.filter(({ remedy }) => remedy !== null).length;
  console.log(problems === 0 ? 'No problems found.' : `Problems found: ${problems}`);
  process.exitCode = problems === 0 ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function describeFinding({ name, result, remedy }: Finding): string {
  return `${remedy === null ? 'ok     ' : 'PROBLEM'}  ${name}: ${result}${remedy === null ? '' : `\n         ${remedy}`}`;
}
