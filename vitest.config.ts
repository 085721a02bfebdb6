import { defineConfig } from 'vitest/config';
import { compiledCodeDir } from './infra/local/keep-compiled-code.ts';
import { isLong } from './test/support/test-form.ts';

/** Tests that measure no time share the modules of their worker: they load the same ones over and over. */
const api = [
  'test/embedded/{api,adapters,egress,measure,notifier,stored-runs}/**/*.test.ts',
  'test/embedded/doors.test.ts',
];
/** Tests that replace modules of the product, which therefore share none. */
const replacing = [
  'test/embedded/test-only-*/**/*.test.ts',
  'test/infra/aws/bundle/bundle-functions.omit-unused.test.ts',
];

const omitted = ['**/node_modules/**', ...(isLong ? [] : ['test/**/*.long.test.ts'])];

export default defineConfig({
  test: {
    exclude: [...omitted],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // As long as a busy machine may take: no test waits to see that something is fast.
    expect: { poll: { timeout: 10_000 } },
    // Two cores: more forks than cores would only make the timed parts of the tests wait for one another.
    maxWorkers: 2,
    // Measuring threads and started processes load compiled code, as those of the service do.
    env: { NODE_COMPILE_CACHE: compiledCodeDir },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/{shared,functions,bench,conformance,docs,examples,structure,third-party}/**/*.test.ts'],
          setupFiles: ['test/support/forbid-outside.ts'],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'api', include: api, isolate: false } },
      { extends: true, test: { name: 'accuracy', include: ['test/accuracy/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'infra',
          isolate: false,
          include: ['test/infra/**/*.test.ts'],
          exclude: [...omitted, ...replacing],
        },
      },
      { extends: true, test: { name: 'replacing', include: replacing } },
      {
        extends: true,
        test: {
          name: 'embedded',
          include: ['test/{embedded,clients}/**/*.test.ts'],
          exclude: [...omitted, ...api, ...replacing],
        },
      },
      { extends: true, test: { name: 'browser', include: ['test/browser/**/*.test.ts'] } },
    ],
  },
});
