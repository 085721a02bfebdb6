import type { MetricDefinition } from '../../metrics/definitions/metric-definition.ts';
import { metricDefinitions } from '../../metrics/metric-definitions.ts';
import type { RequestStatistics } from '../../metrics/request-statistics.ts';
import type { RunSpec } from '../../spec/run-spec.ts';
import { getWorkloadKind } from '../../workload/workload.ts';
import type { Report, StageReport, TargetReport } from '../model/report.ts';

type Described = Pick<Report['run'], 'source' | 'seed' | 'order' | 'workload' | 'workloadNotes' | 'load' | 'limits'>;
type Reach = Pick<TargetReport, 'protocol' | 'baseUrl' | 'connection'>;

/** What a report states about where its samples come from. Another origin fills in what only it can know. */
export type ReportOrigin = {
  definitions: Record<string, MetricDefinition>;
  describeRun(spec: RunSpec): Described;
  describeReach(target: RunSpec['targets'][number]): Reach;
  /** Whether this service sent the requests, so that its own use and its instrument are known. */
  isMeasuredHere: boolean;
  /** Replaces the values of a stage that its samples do not contain. */
  completeStage(report: StageReport): StageReport;
  /** Gives the reasons for missing statistics. */
  explainMissing(requests: RequestStatistics): RequestStatistics;
  /** Returns the reasons not to trust how a stage was measured, or null to judge the instrument. */
  listMeasuringReasons(report: StageReport): string[] | null;
  /** Returns why the output speed cannot be compared, or null if it can. */
  describeOddSpeed(requests: RequestStatistics): string | null;
};

/** The origin of a run whose requests this service sent: the samples contain everything. */
export const measuredOrigin: ReportOrigin = {
  definitions: metricDefinitions,
  describeRun: ({ seed, order, workload, load, limits }) => {
    const kind = getWorkloadKind(workload);
    const summary = kind.summarize?.(workload) ?? workload;
    const workloadNotes = kind.listNotes?.(workload) ?? [];
    return { source: 'measured', seed, order, workload: summary, workloadNotes, load, limits };
  },
  describeReach: ({ protocol, baseUrl, connection }) => ({ protocol, baseUrl, connection }),
  isMeasuredHere: true,
  completeStage: (report) => report,
  explainMissing: (requests) => requests,
  listMeasuringReasons: () => null,
  describeOddSpeed: () => null,
};
