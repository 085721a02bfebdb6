import { alignLines } from '../../shared/report/render/align-columns.ts';
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

const rows = [['Work', 'why', 'CPU ms', 'limit']];
let isOver = false;
for (const { name, why, limitMs, run } of speedCases) {
  const leastMs = Math.min(...Array.from({ length: runs }, () => measureCpuMs(run)));
  isOver ||= leastMs >= limitMs;
  rows.push([name, why, `${leastMs.toFixed(0)}${leastMs >= limitMs ? ' (over)' : ''}`, String(limitMs)]);
}
console.log([...alignLines(rows, 2), describeMachine()].join('\n'));
process.exitCode = isOver ? 1 : 0;
