import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Starts a program with its arguments: `node infra/launch.mjs infra/serve/serve.ts`. If packages or a suitable Node.js
 * are missing, says so in one line. Without a program, only checks. Plain JavaScript, because older versions cannot
 * read TypeScript.
 */

const minMajorVersion = 24;

/** Returns what is missing and how to get it, or null. */
function findMissing() {
  if (!existsSync(new URL('../node_modules/zod/package.json', import.meta.url)))
    return 'The packages are not installed. Run: npm ci';
  if (Number.parseInt(process.versions.node, 10) >= minMajorVersion) return null;
  return `Node.js ${minMajorVersion} or later is required; this is ${process.versions.node}. Run "npm ci" without --omit=optional, which installs it on Linux (x64, arm64) and Windows (x64), and use "npm start" or "npm run". On other systems, install Node.js ${minMajorVersion}.`;
}

const missing = findMissing();
const [, , program] = process.argv;
if (missing !== null) {
  console.error(missing);
  process.exitCode = 1;
} else if (program !== undefined) {
  // Name lookups that hang occupy threads. The variable has an effect only before the first use of a thread.
  process.env.UV_THREADPOOL_SIZE ??= '64';
  // The program sees the arguments that it would see without this file.
  process.argv.splice(1, 2, resolve(program));
  await import(pathToFileURL(resolve(program)).href);
}
