import type { Fault } from '../../../shared/errors/app-error.ts';
import type { TextLine } from '../../../shared/workload/datasets/text-lines.ts';

/** More help nobody. */
const maxFaults = 50;

/** The faults of lines, looked at in order, each with its line before its pointer: `line:3/prompt`. */
export function collectLineFaults(lines: readonly TextLine[], check: (line: string) => Fault[]): Fault[] {
  const faults: Fault[] = [];
  for (const { line, text } of lines) {
    for (const { pointer, fault, remedy } of check(text))
      faults.push({ pointer: `line:${line}${pointer}`, fault, remedy });
    if (faults.length >= maxFaults) return faults.slice(0, maxFaults);
  }
  return faults;
}
