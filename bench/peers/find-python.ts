import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const program = 'import sys; print(sys.executable if sys.version_info >= (3, 12) else "")';

/**
 * Where that Python itself is: tools get an environment of their own, in which a name found by the caller's PATH may mean nothing.
 * @throws Error where there is none of that name, or it is older than 3.12
 */
export async function findPython(name: string): Promise<string> {
  const { stdout } = await run(name, ['-c', program]).catch((error: Error) => {
    throw new Error(`--python ${name} cannot be run (${error.message}): give the path of a Python of at least 3.12`);
  });
  const path = stdout.trim();
  if (path === '') throw new Error(`--python ${name} is older than 3.12: give the path of a newer one`);
  return path;
}
