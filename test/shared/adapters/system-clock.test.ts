import { describe, expect, it } from 'vitest';
import { createClock } from '../../../shared/adapters/system-clock.ts';

describe('system clock', () => {
  const clock = createClock();

  it('never runs backward, and resolves less than a millisecond', () => {
    const instants = Array.from({ length: 10_000 }, () => clock.monotonicMs());
    expect(instants.every((instant, i) => i === 0 || instant >= (instants[i - 1] ?? 0))).toBe(true);
    expect(instants.some((instant) => !Number.isInteger(instant))).toBe(true);
    expect(Math.abs(clock.nowMs() - Date.now())).toBeLessThan(1_000);
  });

  it('sleeps for the requested time, and ends at once without an error when the signal aborts', async () => {
    const startMs = clock.monotonicMs();
    await clock.sleep(20);
    expect(clock.monotonicMs() - startMs).toBeGreaterThanOrEqual(19);
    const abort = new AbortController();
    const sleeping = clock.sleep(600_000, abort.signal);
    abort.abort();
    await sleeping;
    await clock.sleep(600_000, AbortSignal.abort());
  });
});
