import { alignLines } from '../../shared/report/render/align-columns.ts';
import { describeMachine } from '../peers/describe-machine.ts';
import { speedCases } from './cases.ts';

/* `npm run bench:speed`: measures the CPU time of work that has a limit, minimum of three runs. The exit code is 1 if a limit is exceeded. */

const runs = 3;

/** Measures CPU time, because wall time depends on the load of the machine. */
function measureCpuMs(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

const rows = [['Work', 'Reason for the limit', 'CPU (ms)', 'Limit (ms)']];
let isOver = false;
for (const { name, why, limitMs, run } of speedCases) {
  const leastMs = Math.min(...Array.from({ length: runs }, () => measureCpuMs(run)));
  isOver ||= leastMs >= limitMs;
  rows.push([name, why, `${leastMs.toFixed(0)}${leastMs >= limitMs ? ' (over)' : ''}`, String(limitMs)]);
}
console.log([...alignLines(rows, 2), describeMachine()].join('\n'));
process.exitCode = isOver ? 1 : 0;
