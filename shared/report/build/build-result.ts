import { costReport } from '../../cost/build-cost-report.ts';
import type { Throughput } from '../../cost/compute-dedicated-cost.ts';
import { answerChecks } from '../../metrics/check-answers.ts';
import type { ChunkGaps } from '../../metrics/chunk-gaps.ts';
import { connectionMetrics } from '../../metrics/measure-connections.ts';
import { countOutcomes } from '../../metrics/count-outcomes.ts';
import { errorRates } from '../../metrics/measure-error-rates.ts';
import { failureMetrics } from '../../metrics/measure-failures.ts';
import { goodput, isServed } from '../../metrics/measure-goodput.ts';
import { groupErrors } from '../../metrics/group-errors.ts';
import { overload } from '../../metrics/judge/measure-overload.ts';
import { metricValues } from '../../metrics/request-metrics.ts';
import { requestStatistics } from '../../metrics/request-statistics.ts';
import { tokenCounts } from '../../metrics/measure-token-counts.ts';
import { turnMetrics } from '../../metrics/measure-turns.ts';
import { warmupMetrics } from '../../metrics/measure-warmup.ts';
import type { Sample } from '../../sample/sample.ts';
import type { Slo } from '../../spec/slo.ts';
import type { Target } from '../../spec/target.ts';
import type { Workload } from '../../workload/workload.ts';
import type { Result } from '../model/result.ts';
import { regressLatencies } from './regress-latencies.ts';
import { warningsOf } from './warn/warn-of-result.ts';

export type ResultInput = {
  /** All of the plan, warm-up included. */
  samples: readonly Sample[];
  chunkGapsMs: ChunkGaps;
  target: Pick<Target, 'pricing' | 'dedicated'>;
  /** What the target's own hardware is judged by; null where nothing was measured. */
  throughput: Throughput | null;
  workload: Workload;
  slos: readonly Slo[];
};

/** Everything that is told of one set of requests, whatever load they were sent under. */
export function buildResult({ samples, chunkGapsMs, target, throughput, workload, slos }: ResultInput): Result {
  const measured = samples.filter(({ warmup }) => !warmup);
  const ok = measured.filter(({ outcome }) => outcome === 'ok');
  const counts = countOutcomes(measured);
  const result = {
    counts,
    ...errorRates(counts),
    errors: groupErrors(measured),
    requests: requestStatistics(ok, chunkGapsMs),
    failures: failureMetrics(measured),
    ...goodput(slos, measured),
    ...overload(metricValues(ok, 'ttftMs')),
    answers: answerChecks(ok),
    tokens: tokenCounts(ok),
    turns: turnMetrics(ok),
    connections: connectionMetrics(measured),
    regressions: regressLatencies(ok),
    cost: costReport({
      pricing: target.pricing ?? null,
      dedicated: target.dedicated ?? null,
      throughput,
      workload,
      samples,
      isGood: (sample) => isServed(slos, sample),
    }),
    warmup: warmupMetrics(samples.filter(({ warmup }) => warmup)),
  };
  return { ...result, warnings: warningsOf(result, workload, samples.length) };
}
