import { readFileSync } from 'node:fs';
import { findLockfileFaults, isUnavailableTool, listLockedPackages } from './find-lockfile-faults.ts';

/** `npm run lockfile:check` checks the source, the hash, the install scripts, and the license of each locked package. */

const readJson = (name: string): unknown => JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8'));
const lockfile = readJson('package-lock.json');
const faults = findLockfileFaults(lockfile, readJson('package.json'));
const packages = listLockedPackages(lockfile);
const unavailableCount = packages.filter(isUnavailableTool).length;
if (faults.length === 0)
  console.log(
    `package-lock.json: ${packages.length} packages, all verified by sha512, except ${unavailableCount} optional tools for other platforms`,
  );
else {
  console.error(faults.join('\n'));
  process.exitCode = 1;
}
