import { describe, expect, test } from 'vitest';
import { createProgressDisplay, renderProgress } from '../../../infra/client/follow-run.ts';

const stage = {
  status: 'running',
  planned: 60,
  inFlight: 5,
  ok: 28,
  failed: 0,
  disturbed: 0,
  canceled: 0,
  notSent: 0,
};

describe('progress of a run', () => {
  test('has one aligned line for each stage', () => {
    const lines = renderProgress([
      { ...stage, targetId: 'one' },
      { ...stage, targetId: 'another', ok: 30, failed: 2, inFlight: 4 },
    ]);
    expect(lines).toEqual([
      'one      ██████████████░░░░░░░░░░░░░░░░  28/60  5 in flight',
      'another  ████████████████░░░░░░░░░░░░░░  32/60  4 in flight, 2 failed',
    ]);
  });

  test('overwrites its lines on a terminal', () => {
    const written: string[] = [];
    const display = createProgressDisplay({ isTTY: true, write: (text) => written.push(text) });
    display.show(['a', 'b'], 0);
    display.show(['c'], 100);
    display.show(['d'], 200);
    expect(written).toEqual(['a\nb\n', '\u001b[2F\u001b[Jc\n', '\u001b[1F\u001b[Jd\n']);
  });

  test('is written every 10 seconds elsewhere, without control characters', () => {
    const written: string[] = [];
    const display = createProgressDisplay({ write: (text) => written.push(text) });
    for (let nowMs = 0; nowMs <= 20_000; nowMs += 500) display.show([`${nowMs}`], nowMs);
    expect(written).toEqual(['0\n', '10000\n', '20000\n']);
  });
});
