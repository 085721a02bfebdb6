import { describe, expect, it } from 'vitest';
import { readOptions } from '../../../bench/peers/read-options.ts';

const known = ['a', 'b'];

describe('readOptions', () => {
  it('has a default for each option', () => {
    expect(readOptions([], known)).toMatchObject({
      tools: known,
      rounds: 3,
      firstRound: 1,
      tokensPerSecond: 33,
      cache: null,
      json: null,
      render: [],
    });
  });

  it('accepts several loads, each with one warm-up request per stream', () => {
    const { loads } = readOptions(['--load', '8:80', '--load', '2:10', '--output-tokens', '20'], known);
    expect(loads).toEqual([
      { concurrency: 8, requests: 80, warmupRequests: 8, outputTokens: 20, promptWords: 256 },
      { concurrency: 2, requests: 10, warmupRequests: 2, outputTokens: 20, promptWords: 256 },
    ]);
  });

  it('refuses an unknown tool and an invalid load', () => {
    expect(() => readOptions(['--tools', 'a,c'], known)).toThrow('Tool "c" does not exist');
    expect(() => readOptions(['--load', '64'], known)).toThrow('CONCURRENCY:REQUESTS');
  });
});
