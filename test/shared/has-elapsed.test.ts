import { describe, expect, test } from 'vitest';
import { hasElapsed } from '../../shared/has-elapsed.ts';

describe('an interval of 10 s', () => {
  test.each([
    ['has not passed at once', 0, false],
    ['has not passed just before its end', 9_999, false],
    ['has passed at its end', 10_000, true],
    ['has passed after the clock was set forward', 3_600_000, true],
    ['has not passed if another machine has a clock slightly ahead', -200, false],
    ['has not passed if the instant is as far ahead as a common interval', -10_000, false],
    ['has passed after the clock was set back', -3_600_000, true],
  ])('%s', (_, elapsedMs, expected) => {
    const sinceMs = 1_700_000_000_000;
    expect(hasElapsed(sinceMs, 10_000, sinceMs + elapsedMs)).toBe(expected);
  });
});
