import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { lockfileSchema, missingOptionalPackages } from './missing-optional-packages.ts';

/*
 * `npm run lockfile:complete`, after `npm install` has changed package-lock.json. npm writes no entry for an optional
 * package (a binary of another platform) that the registry at hand does not hold, and `npm ci` then refuses the lock file
 * as incomplete. This writes the entries that are missing, at the version their parent asks for.
 */

const path = fileURLToPath(new URL('../../package-lock.json', import.meta.url));
const text = readFileSync(path, 'utf8');
const missing = missingOptionalPackages(lockfileSchema.parse(JSON.parse(text)));
// Written from what was read, not from what was parsed: the rest of the file stays as npm wrote it.
const lockfile: { packages: Record<string, unknown> } = JSON.parse(text);
for (const { location, entry } of missing) lockfile.packages[location] = entry;
const inOrder = Object.entries(lockfile.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
if (missing.length > 0)
  writeFileSync(path, `${JSON.stringify({ ...lockfile, packages: Object.fromEntries(inOrder) }, null, 2)}\n`);
console.log(
  missing.length === 0 ? 'package-lock.json is complete' : `${missing.length} entries added to package-lock.json`,
);
