import { afterEach, expect, test, vi } from 'vitest';
import { createThreadClock } from '../../../../shared/measure/thread/thread-clock.ts';

afterEach(() => vi.restoreAllMocks());

test.each([3e9, 1e15, Number.POSITIVE_INFINITY])(
  'a task due in %d ms does not keep the thread busy until then',
  (dueMs) => {
    const timers = vi.spyOn(globalThis, 'setTimeout');
    const cancel = createThreadClock(performance.now()).schedule(dueMs, () => {});
    const [waitMs = 0] = timers.mock.calls.map(([, delayMs]) => delayMs);
    cancel();
    expect(waitMs).toBeGreaterThan(60_000);
    expect(waitMs).toBeLessThan(2 ** 31);
  },
);
