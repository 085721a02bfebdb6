import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const source = join(import.meta.dirname, 'runtime');
const files = ['package.json', 'package-lock.json'];
const entry = 'node_modules/aws-lambda-ric/index.mjs';

/** What the client's install script calls to compile curl, the client and its addon; and Debian's package of each. */
const tools: Record<string, string> = {
  cmake: 'cmake',
  make: 'make',
  'g++': 'g++',
  python3: 'python3',
  tar: 'tar',
  xz: 'xz-utils',
};

/**
 * Lambda's runtime interface client, compiled on first use (about a minute) and kept in the user's cache directory, by its lock file and
 * Node's version.
 * @returns the path of its entry module
 * @throws Error that names the tools which are missing and how to get them, or holds the end of what the compiler said
 */
export async function installRuntime(): Promise<string> {
  const folder = cacheFolder();
  if (existsSync(join(folder, entry))) return join(folder, entry);
  const missing = Object.keys(tools).filter((tool) => !isThere(tool));
  if (missing.length > 0) {
    const packages = missing.map((tool) => tools[tool]).join(' ');
    throw new Error(
      `Lambda's runtime interface client cannot be compiled: ${missing.join(', ')} missing. Install with: apt-get install ${packages}`,
    );
  }
  mkdirSync(join(folder, '..'), { recursive: true });
  const building = mkdtempSync(`${folder}-`);
  try {
    for (const file of files) cpSync(join(source, file), join(building, file));
    await compile(building);
    // In one step, so that a folder of that name is always whole; another process may have been faster.
    if (!existsSync(folder)) renameSync(building, folder);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
  return join(folder, entry);
}

function cacheFolder(): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(join(source, file)));
  const root = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return join(root, 'tokenmeter', `lambda-runtime-${process.version}-${hash.digest('hex').slice(0, 16)}`);
}

function isThere(tool: string): boolean {
  try {
    execFileSync(tool, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function compile(folder: string): Promise<void> {
  // The client's CMake files ask for a version of CMake's rules that the newest CMake no longer has.
  const env = { ...process.env, CMAKE_POLICY_VERSION_MINIMUM: '3.5' };
  try {
    await promisify(execFile)('npm', ['ci', '--no-audit', '--no-fund'], {
      cwd: folder,
      env,
      maxBuffer: 64 * 1_024 ** 2,
    });
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).slice(-4_000) : '';
    throw new Error(`Lambda's runtime interface client could not be compiled:\n${said}`, { cause: error });
  }
}
