import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { formatCsvRow } from '../../shared/format-csv.ts';
import { listLockedPackages } from './find-lockfile-faults.ts';
import { findLicense } from './licenses.ts';

/**
 * `npm run sbom` writes the software bill of materials of the service (CycloneDX) and the licenses of all packages to
 * `dist/sbom`. Reads only package-lock.json, so no package needs to be installed.
 */

const project = fileURLToPath(new URL('../..', import.meta.url));
const folder = fileURLToPath(new URL('../../dist/sbom/', import.meta.url));
mkdirSync(folder, { recursive: true });

const command = [
  'sbom',
  '--sbom-format',
  'cyclonedx',
  '--sbom-type',
  'application',
  '--package-lock-only',
  '--omit',
  'dev',
];
const sbom = execFileSync('npm', command, {
  cwd: project,
  encoding: 'utf8',
  maxBuffer: 64 * 1_024 * 1_024,
  shell: process.platform === 'win32',
});
writeFileSync(`${folder}service.cdx.json`, sbom);

const lockfile: unknown = JSON.parse(readFileSync(`${project}/package-lock.json`, 'utf8'));
const rows = listLockedPackages(lockfile).map((locked) => {
  const { name, version, dev } = locked;
  return [name, version, findLicense(locked), dev ? 'tool' : 'service'];
});
const table = [['package', 'version', 'license', 'use'], ...rows].map(formatCsvRow);
writeFileSync(`${folder}licenses.csv`, table.join(''));
console.log(`Wrote ${folder}service.cdx.json and ${folder}licenses.csv (${rows.length} packages)`);
