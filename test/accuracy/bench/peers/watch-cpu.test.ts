import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { computeCpuSeconds, parseStat, watchProcessTree } from '../../../../bench/peers/watch-cpu.ts';

describe('the CPU of a process tree', () => {
  it('is read from a stat line whose process name has blanks and parentheses', () => {
    const line = '42 (a (b) c) S 7 42 42 0 -1 4194560 1 2 3 4 150 50 25 75 20 0 1 0 99 1 1';
    expect(parseStat(line)).toEqual({ pid: 42, parent: 7, cpuSeconds: 3 });
  });

  it('includes children that run, and those that have ended', async () => {
    const busy = 'const end = process.cpuUsage().user + 100_000; while (process.cpuUsage().user < end);';
    const parent = `
      const { spawnSync, spawn } = require('node:child_process');
      spawnSync(process.execPath, ['-e', ${JSON.stringify(busy)}]);
      const child = spawn(process.execPath, ['-e', ${JSON.stringify(`${busy} process.stdout.write('done'); setInterval(() => {}, 1_000);`)}]);
      child.stdout.once('data', () => process.stdout.write('done'));
      process.stdin.once('end', () => { child.kill(); process.exit(); }).resume();
    `;
    const child = spawn(process.execPath, ['-e', parent], { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    const tree = watchProcessTree(child.pid ?? -1);
    expect(tree.readCpuSeconds()).toBeGreaterThanOrEqual(0.2);
    expect(tree.readCpuSeconds()).toBeGreaterThanOrEqual(0.2);
    child.stdin.end();
    await once(child, 'exit');
    expect(tree.readCpuSeconds()).toBe(0);
  });

  it('is interpolated between readings within a window, and null if they do not span it', () => {
    const readings = [
      { atMs: 0, cpuSeconds: 1 },
      { atMs: 100, cpuSeconds: 2 },
      { atMs: 200, cpuSeconds: 4 },
    ];
    expect(computeCpuSeconds(readings, { startAtMs: 50, endAtMs: 150 })).toBeCloseTo(1.5, 12);
    expect(computeCpuSeconds(readings, { startAtMs: 50, endAtMs: 250 })).toBeNull();
    expect(computeCpuSeconds([], { startAtMs: 0, endAtMs: 1 })).toBeNull();
  });
});
