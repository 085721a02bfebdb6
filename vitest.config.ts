import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Two cores: more forks than cores would only make the timed parts of the tests wait for one another.
    maxWorkers: 2,
    // As the worker processes are started.
    execArgv: ['--expose-gc'],
  },
});
