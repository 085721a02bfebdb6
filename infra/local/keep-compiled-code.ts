import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Folder of Node's compile cache. It is inside the project, so that other users of the machine cannot write to it. */
export const compiledCodeDir = fileURLToPath(new URL('../../node_modules/.cache/tokenmeter', import.meta.url));

/** Caches the compiled code of all modules that are imported after this call. The next start is about 40 % faster. */
export function keepCompiledCode(): void {
  enableCompileCache(compiledCodeDir);
  // Threads, which start later, read this variable.
  process.env['NODE_COMPILE_CACHE'] ??= compiledCodeDir;
}
