import { defineConfig } from 'vitest/config';

/** Tests of the bundled functions in Lambda's client. They run one at a time and separately, because they measure and kill. */
export default defineConfig({
  test: {
    include: ['test/infra/lambda/*.bundles.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    fileParallelism: false,
    maxConcurrency: 2,
    // Prints progress immediately.
    disableConsoleIntercept: true,
  },
});
