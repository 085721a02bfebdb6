import { describe, expect, it } from 'vitest';
import { readOptions } from '../../../bench/peers/read-options.ts';

const known = ['a', 'b'];

describe('readOptions', () => {
  it('has defaults for all', () => {
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

  it('takes several loads, each warmed up with as many requests as it has streams', () => {
    const { loads } = readOptions(['--load', '8:80', '--load', '2:10', '--output-tokens', '20'], known);
    expect(loads).toEqual([
      { concurrency: 8, requests: 80, warmupRequests: 8, outputTokens: 20, promptWords: 256 },
      { concurrency: 2, requests: 10, warmupRequests: 2, outputTokens: 20, promptWords: 256 },
    ]);
  });

  it('refuses a tool that it does not have and a load that is none', () => {
    expect(() => readOptions(['--tools', 'a,c'], known)).toThrow('no tool c');
    expect(() => readOptions(['--load', '64'], known)).toThrow('CONCURRENCY:REQUESTS');
  });
});
