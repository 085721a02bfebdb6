import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findMissingPackages, lockfileSchema } from './find-missing-packages.ts';

/**
 * `npm run lockfile:complete` completes package-lock.json after `npm install`. npm omits optional packages
 * that the registry lacks (binaries for other platforms), and `npm ci` fails. This adds their entries to the lock file.
 */

const path = fileURLToPath(new URL('../../package-lock.json', import.meta.url));
const text = readFileSync(path, 'utf8');
const missing = findMissingPackages(lockfileSchema.parse(JSON.parse(text)));
// Edits the parsed object in place, so that the rest of the file stays as npm wrote it.
const lockfile: { packages: Record<string, unknown> } = JSON.parse(text);
for (const { location, entry } of missing) lockfile.packages[location] = entry;
const inOrder = Object.entries(lockfile.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
if (missing.length > 0)
  writeFileSync(path, `${JSON.stringify({ ...lockfile, packages: Object.fromEntries(inOrder) }, null, 2)}\n`);
console.log(missing.length === 0 ? 'package-lock.json is complete' : `Added ${missing.length} entries`);
