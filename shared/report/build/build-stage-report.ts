import { chooseThroughput } from '../../cost/compute-dedicated-cost.ts';
import { showLevel } from '../../load/load.ts';
import { findOpenSpans } from '../../metrics/find-open-spans.ts';
import { measureConcurrency } from '../../metrics/windows/measure-concurrency.ts';
import { measureWindows } from '../../metrics/windows/measure-windows.ts';
import { formatInstant } from '../../records/format-instant.ts';
import type { RunSpec } from '../../spec/run-spec.ts';
import type { StageReport } from '../model/report.ts';
import { buildResult } from './build-result.ts';
import { describeInstrument, describeWorkers } from './describe-instrument.ts';
import { measuredOrigin, type ReportOrigin } from './report-origin.ts';
import type { StageInput } from './stage-input.ts';
import { warnOfStage } from './warn/warn-of-stage.ts';

/** One target at one load level: its windows, and all that is told of its requests. */
export function buildStageReport(spec: RunSpec, input: StageInput, origin: ReportOrigin = measuredOrigin): StageReport {
  const { plan, samples, chunkGapsMs, attempts, startAtMs, stop } = input;
  const target = spec.targets[plan.targetIndex];
  if (target === undefined)
    throw new Error(`Stage ${plan.stageIndex} is of target ${plan.targetIndex}, which the spec has not`);
  const measured = samples.filter(({ warmup }) => !warmup);
  const spans = findOpenSpans(measured);
  const { workload, slos } = spec;
  const { windows, full } = measureWindows(spans, plan.load, slos);
  const throughput = chooseThroughput(plan.stageIndex, windows);
  const result = buildResult({ samples, chunkGapsMs, target, throughput, workload, slos });
  return origin.completeStage({
    stageIndex: plan.stageIndex,
    groupIndex: plan.groupIndex,
    targetId: target.id,
    levelIndex: plan.levelIndex,
    load: showLevel(plan.load),
    batches: plan.batches.length,
    startAt: startAtMs === null ? null : formatInstant(startAtMs),
    stop: stop === null ? null : { reason: stop.reason, at: formatInstant(stop.atMs), detail: stop.detail },
    windows,
    concurrencyOverTime: measureConcurrency(spans, full),
    workers: describeWorkers(attempts, measured),
    instrument: describeInstrument(attempts),
    ...result,
    warnings: [...result.warnings, ...warnOfStage(input, measured, spans)],
  });
}
