import { buildCostReport } from '../../shared/cost/build-cost-report.ts';
import { requestMetricNames } from '../../shared/metric-names.ts';
import { checkAnswers } from '../../shared/metrics/check-answers.ts';
import { countOutcomes, measureErrorRates } from '../../shared/metrics/count-outcomes.ts';
import { findOpenSpans } from '../../shared/metrics/find-open-spans.ts';
import { isServed, measureGoodput } from '../../shared/metrics/measure-goodput.ts';
import { measureMetric, type RequestStatistics } from '../../shared/metrics/request-statistics.ts';
import { measureWindows } from '../../shared/metrics/windows/measure-windows.ts';
import type { StageMeasures } from '../../shared/report/build/measure-value.ts';
import type { StageInput } from '../../shared/report/build/stage-input.ts';
import type { RunSpec } from '../../shared/spec/run-spec.ts';

/** Measures a stage with the report's formulas. Most metrics are getters, which compute their value only when read. */
export function measureStage(spec: RunSpec, { plan, stop, samples, chunkGapsMs }: StageInput): StageMeasures {
  const { slos, workload } = spec;
  const measured = samples.filter(({ warmup }) => !warmup);
  const undisturbed = measured.filter(({ disturbed }) => !disturbed);
  const ok = undisturbed.filter(({ outcome }) => outcome === 'ok');
  const measureNamed = (name: (typeof requestMetricNames)[number]) => ({
    get: () => measureMetric(name, ok, chunkGapsMs),
  });
  const getters = Object.fromEntries(requestMetricNames.map((name) => [name, measureNamed(name)]));
  return {
    stop,
    windows: measureWindows(findOpenSpans(measured), plan.load, slos).windows,
    requests: Object.defineProperties({}, getters) as RequestStatistics, // `getters` has every metric name
    get errorRate() {
      return measureErrorRates(countOutcomes(undisturbed)).errorRate;
    },
    get goodputShare() {
      return measureGoodput(slos, undisturbed).goodputShare;
    },
    get answers() {
      return checkAnswers(ok);
    },
    get cost() {
      const pricing = spec.targets[plan.targetIndex]?.pricing ?? null;
      const none = { dedicated: null, throughput: null };
      return buildCostReport({ ...none, pricing, workload, samples, isGood: (sample) => isServed(slos, sample) });
    },
  };
}
