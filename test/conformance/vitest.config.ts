import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Suites that `npm run test:conformance` runs with servers other than the embedded ones. `npm test` omits them. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/conformance/*.conformance.ts'],
    exclude: ['**/node_modules/**'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
