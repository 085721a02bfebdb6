import { judgeCertainty } from '../../../functions/worker/judge-certainty.ts';
import type { StopWhen } from '../../../shared/load/parts/load-fields.ts';
import type { LevelSize } from '../../../shared/load/parts/size-level.ts';
import type { Sample } from '../../../shared/sample/sample.ts';

/** Time in ms from the response that makes a level precise enough until its workers send no more. */
const lagMs = 2_000;

/** Simulates a load level that stops early: keeps the requests that start before the workers learn of the stop. */
export function runSizedLevel({ requests, stopWhen }: LevelSize, run: (requests: number) => Sample[]): Sample[] {
  const samples = run(requests);
  const stopMs = stopWhen === null ? null : findStopMs(stopWhen, samples);
  return stopMs === null ? samples : samples.filter(({ startMs }) => (startMs ?? 0) <= stopMs);
}

function findStopMs(rule: StopWhen, samples: readonly Sample[]): number | null {
  const ended = samples.toSorted((a, b) => (a.endMs ?? 0) - (b.endMs ?? 0));
  for (let n = rule.minRequests; n < ended.length; ) {
    const latencies = ended.slice(0, n).map(({ startMs, lastOutputMs }) => (lastOutputMs ?? 0) - (startMs ?? 0));
    const { reason, nextN } = judgeCertainty(rule, latencies, ended.length);
    if (reason === 'precise') return (ended[n - 1]?.endMs ?? 0) + lagMs;
    n = nextN ?? ended.length;
  }
  return null;
}
