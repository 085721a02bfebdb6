import { estimateServiceCost, measureStageUse } from '../../cost/estimate-service-cost.ts';
import type { MetricDefinition } from '../../metrics/definitions/metric-definition.ts';
import { metricDefinitions } from '../../metrics/metric-definitions.ts';
import type { RequestStatistics } from '../../metrics/request-statistics.ts';
import type { RunSpec } from '../../spec/run-spec.ts';
import { getWorkloadKind } from '../../workload/workload.ts';
import type { Report, StageReport, TargetReport } from '../model/report.ts';
import type { StageInput } from './stage-input.ts';

type Described = Pick<Report['run'], 'source' | 'seed' | 'order' | 'workload' | 'workloadNotes' | 'load' | 'limits'>;
type TargetConnection = Pick<TargetReport, 'protocol' | 'baseUrl' | 'connection'>;

/** The parts of a report that depend on where its samples come from: this service, or files of another tool. */
export type ReportOrigin = {
  definitions: Record<string, MetricDefinition>;
  describeRun(spec: RunSpec): Described;
  describeConnection(target: RunSpec['targets'][number]): TargetConnection;
  /** Returns what determines the prompts. Null if the requests are unknown. */
  findPrompts(spec: Pick<RunSpec, 'workload' | 'seed'>): Pick<RunSpec, 'workload' | 'seed'> | null;
  /** Estimates the AWS usage. Null if another tool sent the requests. */
  estimateService(stages: readonly StageInput[]): Report['service'];
  /** Describes formulas that differ from those of this service, for comparisons. Null if they are the same. */
  formulaNote: string | null;
  /** Fills in values of a stage that cannot be computed from its samples. */
  completeStage(report: StageReport): StageReport;
  explainMissing(requests: RequestStatistics): RequestStatistics;
  /** Returns the reasons not to trust a stage's measurement. Null means that they follow from `instrument`. */
  listMeasuringReasons(report: StageReport): string[] | null;
  /** Returns why the output speed cannot be compared with other runs' speeds. Returns null if it can be compared. */
  describeOddSpeed(requests: RequestStatistics): string | null;
};

/** The origin of a run that this service measured, whose samples contain all values. */
export const measuredOrigin: ReportOrigin = {
  definitions: metricDefinitions,
  describeRun: ({ seed, order, workload, load, limits }) => {
    const kind = getWorkloadKind(workload);
    const summary = kind.summarize?.(workload) ?? workload;
    const workloadNotes = kind.listNotes?.(workload) ?? [];
    return { source: 'measured', seed, order, workload: summary, workloadNotes, load, limits };
  },
  describeConnection: ({ protocol, baseUrl, connection }) => ({ protocol, baseUrl, connection }),
  findPrompts: (spec) => spec,
  estimateService: (stages) =>
    estimateServiceCost(stages.map(({ plan, samples }) => measureStageUse(plan.batches.length, samples))),
  formulaNote: null,
  completeStage: (report) => report,
  explainMissing: (requests) => requests,
  listMeasuringReasons: () => null,
  describeOddSpeed: () => null,
};
