import { readFileSync } from 'node:fs';
import { findLockfileFaults, isUnavailableTool, listLockedPackages } from './find-lockfile-faults.ts';

/** `npm run lockfile:check` checks the source, the hash, the install scripts, and the license of each locked package. */

const projects = [
  { folder: '', isTool: false },
  { folder: 'test/infra/lambda/runtime/', isTool: true },
];

for (const { folder, isTool } of projects) {
  const name = `${folder}package-lock.json`;
  const lockfile = readJson(name);
  const faults = findLockfileFaults(lockfile, readJson(`${folder}package.json`), { isTool });
  for (const fault of faults) console.error(`${name}: ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
  else console.log(describe(name, lockfile));
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'));
}

function describe(name: string, lockfile: unknown): string {
  const packages = listLockedPackages(lockfile);
  const unavailable = packages.filter(isUnavailableTool).length;
  const exception = unavailable === 0 ? '' : `, except ${unavailable} optional tools for other platforms`;
  return `${name}: ${packages.length} packages, each verified by SHA-512${exception}`;
}
