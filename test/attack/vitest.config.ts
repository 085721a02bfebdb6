import { defineConfig } from 'vitest/config';

/** The attack suite. Its files run one at a time, because they fill the memory, the disk, and the processors. */
export default defineConfig({
  test: {
    include: ['test/attack/**/*.attack.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    maxConcurrency: 4,
    // The table of results needs the whole names of cases.
    chaiConfig: { truncateThreshold: 0 },
    reporters: ['default', './test/attack/results-reporter.ts'],
  },
});
