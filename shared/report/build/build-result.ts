import { buildCostReport, type CostInput } from '../../cost/build-cost-report.ts';
import { checkAnswers } from '../../metrics/check-answers.ts';
import type { ChunkGaps } from '../../metrics/chunk-gaps.ts';
import { countOutcomes, groupErrors, measureErrorRates } from '../../metrics/count-outcomes.ts';
import { measureOverload } from '../../metrics/judge/measure-overload.ts';
import { measureConnections, measureFailures, measureWarmup } from '../../metrics/measure-failures.ts';
import { isServed, measureGoodput } from '../../metrics/measure-goodput.ts';
import { measureTokenCounts } from '../../metrics/measure-token-counts.ts';
import { measureTurns } from '../../metrics/measure-turns.ts';
import { listMetricValues } from '../../metrics/request-metrics.ts';
import { computeRequestStatistics } from '../../metrics/request-statistics.ts';
import type { Slo } from '../../spec/slo.ts';
import type { Target } from '../../spec/target.ts';
import type { Result } from '../model/result.ts';
import { regressLatencies } from './regress-latencies.ts';
import { listNoteWarnings } from './warn/list-note-warnings.ts';
import { listResultWarnings } from './warn/list-result-warnings.ts';

export type ResultInput = Pick<CostInput, 'samples' | 'throughput' | 'workload'> & {
  chunkGapsMs: ChunkGaps;
  target: Pick<Target, 'pricing' | 'dedicated'>;
  slos: readonly Slo[];
};

export function buildResult({ samples, chunkGapsMs, target, throughput, workload, slos }: ResultInput): Result {
  const measured = samples.filter(({ warmup }) => !warmup);
  // A stalled worker can slow requests or make them fail, which says nothing about the target.
  const undisturbed = measured.filter(({ disturbed }) => !disturbed);
  const ok = undisturbed.filter(({ outcome }) => outcome === 'ok');
  const result = {
    counts: countOutcomes(measured),
    ...measureErrorRates(countOutcomes(undisturbed)),
    errors: groupErrors(measured),
    requests: computeRequestStatistics(ok, chunkGapsMs),
    failures: measureFailures(undisturbed),
    ...measureGoodput(slos, undisturbed),
    ...measureOverload(listMetricValues(ok, 'ttftMs')),
    answers: checkAnswers(ok),
    tokens: measureTokenCounts(ok),
    turns: measureTurns(ok),
    connections: measureConnections(measured),
    regressions: regressLatencies(ok),
    cost: buildCostReport({
      pricing: target.pricing ?? null,
      dedicated: target.dedicated ?? null,
      throughput,
      workload,
      samples,
      isGood: (sample) => isServed(slos, sample),
    }),
    warmup: measureWarmup(samples.filter(({ warmup }) => warmup)),
  };
  const warnings = [...listResultWarnings(result, workload, samples.length), ...listNoteWarnings(undisturbed)];
  return { ...result, warnings };
}
