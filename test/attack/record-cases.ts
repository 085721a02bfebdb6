import type { TestContext } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    attack?: { cases: number; observed: string };
  }
}

/** Records what the table of results says about a test: the number of cases it tried, and what it observed. */
export function recordCases({ task }: Pick<TestContext, 'task'>, cases: number, observed = ''): void {
  task.meta.attack = { cases, observed };
}
