import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const source = join(import.meta.dirname, 'runtime');
const files = ['package.json', 'package-lock.json'];
const entry = 'node_modules/aws-lambda-ric/index.mjs';

/** Tools that the client's install script needs to compile curl, the client, and its addon, with their Debian packages. */
const tools: Record<string, string> = {
  cmake: 'cmake',
  make: 'make',
  'g++': 'g++',
  python3: 'python3',
  tar: 'tar',
  xz: 'xz-utils',
};

/**
 * Compiles Lambda's runtime interface client on first use (about a minute) and caches it in the user's cache directory, by lock
 * file and Node.js version. Returns the path of its entry module.
 * @throws Error with the missing tools and how to install them, or with the end of the compiler output
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
    // Renames in one step, so that the folder is always complete. Another process may have been faster.
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
  // The client's CMake files require a policy version that recent CMake no longer supports.
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
