import { expect, test } from 'vitest';
import { listLoaded } from './list-loaded.ts';

/** Folders that each function must not load, because they increase its cold start and bundle size. */
const foreign: Record<string, readonly string[]> = {
  api: ['functions/worker', 'shared/measure'],
  coordinator: ['shared/measure', 'shared/llmperf', 'shared/report/render', 'shared/report/sections'],
  finalizer: ['shared/measure', 'shared/report/render', 'shared/report/sections', 'shared/egress'],
  notifier: ['shared/measure', 'shared/metrics', 'shared/stats', 'shared/cost', 'shared/report', 'shared/workload'],
  supervisor: ['shared/measure', 'shared/metrics', 'shared/stats', 'shared/report', 'shared/llmperf'],
  worker: ['shared/report', 'shared/llmperf'],
};

test.each(Object.entries(foreign))('%s loads nothing of %j', (name, folders) => {
  const loaded = listLoaded(`functions/${name}/handler.ts`);
  expect(loaded).toContain('functions/compose-base.ts');
  expect(loaded.filter((file) => folders.some((folder) => file.startsWith(`${folder}/`)))).toEqual([]);
});
