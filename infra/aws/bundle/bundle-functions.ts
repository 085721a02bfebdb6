import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';
import { readDocuments } from '../../../functions/api/documents/read-documents.ts';
import { type FunctionName, functionNames } from '../function-names.ts';
import { leaveOutUnused } from './leave-out-unused.ts';

const project = fileURLToPath(new URL('../../..', import.meta.url));

/** Where the bundles are built: a folder for each function, which is its whole deployment package. */
export const bundleFolder = join(project, 'dist/lambda');

/** A file of a bundle, and how many of its bytes come from where (a package's name, or `tokenmeter`). */
export type BundledFile = {
  file: string;
  bytes: number;
  parts: { source: string; bytes: number }[];
  /** The modules of ours that it has something of, as paths in the repository. */
  modules: string[];
};
export type Bundle = { name: FunctionName; folder: string; files: BundledFile[] };

/**
 * Bundles every function for Lambda: one module `index.mjs` that exports `handler`, with all it imports, and beside it what
 * it loads as a file: the worker's threads, the api's documents. What was in the folder before is removed.
 * @param folder gets one folder for each function, of its name, and `maps` with the source maps, which are not deployed
 */
export async function bundleFunctions(folder: string = bundleFolder): Promise<Bundle[]> {
  rmSync(folder, { recursive: true, force: true });
  const bundles = await Promise.all(functionNames.map((name) => bundleFunction(name, folder)));
  const documents = gzipSync(JSON.stringify(readDocuments()), { level: 9 });
  writeFileSync(join(folder, 'api/documents.json.gz'), documents);
  const part = { source: 'openapi.yaml and its page, compressed', bytes: documents.length };
  const file = { file: 'documents.json.gz', bytes: documents.length, parts: [part], modules: [] };
  return bundles.map((bundle) => (bundle.name === 'api' ? { ...bundle, files: [...bundle.files, file] } : bundle));
}

async function bundleFunction(name: FunctionName, root: string): Promise<Bundle> {
  const folder = join(root, name);
  const { metafile } = await build({
    entryPoints: { index: `functions/${name}/handler.ts`, ...(name === 'worker' ? threadEntries : {}) },
    absWorkingDir: project,
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    // Modules: the measuring thread awaits at its top level, and unused exports of the SDK fall away.
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    // What packages (echarts above all) check and warn of in development only falls away.
    define: { 'process.env.NODE_ENV': '"production"' },
    sourcemap: 'external',
    legalComments: 'none',
    plugins: [leaveOutUnused(name)],
    banner: { js: requireBanner },
    metafile: true,
    logLevel: 'warning',
  });
  const files = filesOf(metafile);
  mkdirSync(join(root, 'maps', name), { recursive: true });
  for (const { file } of files) renameSync(join(folder, `${file}.map`), join(root, 'maps', name, `${file}.map`));
  return { name, folder, files };
}

const threadEntries = {
  'measuring-thread': 'shared/measure/thread/measuring-thread.ts',
  'reference-thread': 'shared/measure/thread/reference-thread.ts',
};

/** Packages in CommonJS (undici, pino) call `require` for Node's own modules, which a module does not have. */
const requireBanner =
  "import { createRequire as createBundleRequire } from 'node:module'; const require = createBundleRequire(import.meta.url);";

function filesOf({ outputs }: Metafile): BundledFile[] {
  const modules = Object.entries(outputs).filter(([path]) => path.endsWith('.mjs'));
  return modules.map(([path, { bytes, inputs }]) => {
    const sums = new Map<string, number>();
    const modules: string[] = [];
    for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
      const source = sourceOf(input);
      sums.set(source, (sums.get(source) ?? 0) + bytesInOutput);
      if (source === 'tokenmeter' && bytesInOutput > 0) modules.push(input);
    }
    const parts = [...sums].map(([source, sum]) => ({ source, bytes: sum })).sort((a, b) => b.bytes - a.bytes);
    return { file: path.slice(path.lastIndexOf('/') + 1), bytes, parts, modules };
  });
}

/** The package that an input belongs to. */
function sourceOf(input: string): string {
  const match = /.*node_modules\/(@[^/]+\/[^/]+|[^/]+)\//.exec(input);
  return match?.[1] ?? 'tokenmeter';
}
