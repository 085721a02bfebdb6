import Table from 'cli-table3';
import { describeMachine } from '../peers/describe-machine.ts';
import { speedCases } from './cases.ts';

/* `npm run bench:speed`: the CPU time of work that has a limit, the least of three runs. Ends with 1 where one is over its limit. */

const runs = 3;

/** Measures CPU and not wall time, which on a busy machine says how busy the machine is. */
function measureCpuMs(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

const table = new Table({ head: ['Work', 'CPU ms', 'limit', 'why'], style: { head: [], border: [] } });
let isOver = false;
for (const { name, why, limitMs, run } of speedCases) {
  const leastMs = Math.min(...Array.from({ length: runs }, () => measureCpuMs(run)));
  isOver ||= leastMs >= limitMs;
  table.push([name, `${leastMs.toFixed(0)}${leastMs >= limitMs ? ' (over)' : ''}`, limitMs, why]);
}
console.log(`${table.toString()}\n${describeMachine()}`);
process.exitCode = isOver ? 1 : 0;
