import { defineConfig } from 'vitest/config';

/** The checks of the bundled functions under Lambda's client. They measure and kill: one after another, and not with the other tests. */
export default defineConfig({
  test: {
    include: ['test/infra/lambda/*.bundles.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    fileParallelism: false,
    maxConcurrency: 2,
    // Progress is printed as it is made.
    disableConsoleIntercept: true,
  },
});
