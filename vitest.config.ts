import { defineConfig } from 'vitest/config';

/** Tests that start processes or threads, or time things: each file has a process of its own. */
const apart = [
  'test/embedded/**',
  'test/infra/local/**',
  'test/infra/reproduce/**',
  'test/infra/aws/**',
  'test/shared/measure/**',
  'test/shared/adapters/**',
  'test/accuracy/**',
];

export default defineConfig({
  test: {
    exclude: ['**/node_modules/**'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Two cores: more forks than cores would only make the timed parts of the tests wait for one another.
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'apart', include: apart.map((folder) => `${folder}/*.test.ts`) } },
      {
        extends: true,
        // The rest loads the same modules over and over: files of one worker share them.
        test: {
          name: 'shared',
          include: ['test/**/*.test.ts'],
          exclude: ['**/node_modules/**', ...apart],
          isolate: false,
        },
      },
    ],
  },
});
