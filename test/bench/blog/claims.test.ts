import { describe, expect, test } from 'vitest';
import { claims } from '../../../bench/blog/claims.ts';
import { type Study, show } from '../../../bench/blog/get-report.ts';

const findArithmetic = (words: string) => claims.find(({ post }) => post.includes(words))?.arithmetic;

describe('claims of the blog post', () => {
  test('have the exact results of their arithmetic', () => {
    expect(findArithmetic('1,000 typical requests')).toBe('0.700 and 0.805 USD');
    expect(findArithmetic('15 % cheaper')).toContain('Fireworks costs 15.0 % more; Anyscale is 13.0 % cheaper');
    expect(findArithmetic('89 cents')).toBe('0.8909 USD; both cost the same at 6 to 1');
    expect(findArithmetic('4.6 s and 5.3 s')).toContain('5.3 / 4.6 = 1.152');
    expect(findArithmetic('Rounds are')).toContain('50 a minute in rounds, 58 without');
  });

  test('fail with the name of a missing run', () => {
    const nothing: Study = new Map();
    const run = claims.filter(({ measured }) => measured.length > 0);
    expect(run.length).toBe(claims.length - 1);
    for (const { measured } of run) expect(() => measured(nothing)).toThrow(/The study has no run/);
  });

  test('values are rendered with significant digits, and missing values as "none"', () => {
    expect(show({ value: 4_567.89 }, 'ms')).toBe('4,570 ms');
    expect(show({ value: 0.80512 })).toBe('0.805');
    expect(show({ value: null }, 'ms')).toBe('none');
  });
});
