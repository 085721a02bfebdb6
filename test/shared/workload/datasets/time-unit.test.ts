import { describe, expect, test } from 'vitest';
import { listTimeUnits } from '../../../../shared/workload/datasets/time-unit.ts';

const everyGap = (gap: number, offset = 0) => Array.from({ length: 5 }, (_, index) => offset + gap * index);
const seconds2024 = 1_700_000_000;

describe('timestamps have one unit only if no other is plausible', () => {
  test.each([
    ['whole numbers', everyGap(1), ['s', 'ms']],
    ['whole numbers', everyGap(18), ['s', 'ms']],
    ['whole numbers', everyGap(100), ['s', 'ms']],
    ['whole numbers', everyGap(101), ['ms']],
    ['whole numbers', everyGap(20_000), ['ms']],
    ['whole numbers', everyGap(20_001), ['ms', 'us']],
    ['fractions', everyGap(0.25), ['s']],
    ['fractions', everyGap(4.75), ['s']],
    ['fractions', everyGap(5, 0.5), ['s', 'ms']],
    ['fractions', everyGap(19.5), ['s', 'ms']],
    ['fractions', everyGap(99.5), ['s', 'ms']],
    ['fractions', everyGap(100.5), ['ms']],
    ['fractions', everyGap(20_000.5), ['ms', 'us']],
    ['seconds since 1970', everyGap(60, seconds2024), ['s']],
    ['milliseconds since 1970', everyGap(60, seconds2024 * 1e3), ['ms']],
    ['microseconds since 1970', everyGap(60, seconds2024 * 1e6), ['us']],
    ['nanoseconds since 1970', everyGap(6e4, seconds2024 * 1e9), ['ns']],
    ['whole numbers that are too large for seconds since 1970', everyGap(18, 5e9), ['s', 'ms']],
    ['equal times', everyGap(0, 7), ['ms']],
    ['no times', [], ['ms']],
  ])('%s: %j', (_, stamps, units) => {
    expect(listTimeUnits(stamps)).toEqual(units);
  });
});
