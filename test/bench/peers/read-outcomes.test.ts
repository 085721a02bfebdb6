import { describe, expect, it } from 'vitest';
import { mergeOutcomes } from '../../../bench/peers/read-outcomes.ts';
import { renderPeers } from '../../../bench/peers/render-peers.ts';
import type { BenchOutcome, RoundRun } from '../../../bench/peers/tool-run.ts';
import { roundRun } from './round-run.ts';

function outcome(runs: RoundRun[], { machine = '- Machine: m', version = '1' } = {}): BenchOutcome {
  const tools = [...new Set(runs.map(({ tool }) => tool))];
  const definitions = { ttft: 't', tpot: 'p', e2e: 'e', rate: 'r' };
  const reports = tools.map((name) => ({
    tool: { name, definitions, e2eEndsAt: 'last token' as const },
    version,
    runs: runs.filter(({ tool }) => tool === name),
    failures: [],
  }));
  return { machine, reports };
}

describe('mergeOutcomes', () => {
  it('merges the runs of several parts into one table', () => {
    const both = [1, 2].map((round) =>
      outcome([
        roundRun({ tool: 'a', round, concurrency: 4, requests: 40, cpuSeconds: 1 }),
        roundRun({ tool: 'b', round, concurrency: 4, requests: 40, cpuSeconds: 3 * round }),
      ]),
    );
    const merged = mergeOutcomes(both);
    expect(merged.reports.map(({ runs }) => runs.map(({ round }) => round))).toEqual([
      [1, 2],
      [1, 2],
    ]);
    const text = renderPeers(merged);
    expect(text).toContain('| b | 2 | 80 |');
    // The ratios to tool a's CPU in the same rounds are 3 and 6.
    expect(text).toContain('4.5 (3.0 … 6.0)');
  });

  it('refuses outcomes of different machines or versions', () => {
    const runs = [roundRun({ round: 1, concurrency: 4, requests: 40 })];
    expect(() => mergeOutcomes([outcome(runs), outcome(runs, { machine: 'other' })])).toThrow('different machines');
    expect(() => mergeOutcomes([outcome(runs), outcome(runs, { version: '2' })])).toThrow('different versions of a');
    expect(() => mergeOutcomes([])).toThrow('No outcomes were given');
  });
});
