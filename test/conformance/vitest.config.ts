import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** The suites that `npm run test:conformance` runs against servers other than the embedded ones; `npm test` leaves them out. */
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
