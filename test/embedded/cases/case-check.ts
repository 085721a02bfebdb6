import type { Report } from '../../../shared/report/model/report.ts';
import type { PlacedSample } from '../../support/service/read-all-samples.ts';
import type { ServiceProcess } from '../../support/service/service-process.ts';

/** What a case may look at: its run, or what it needs to start runs of its own. */
export type CaseRun = { samples: PlacedSample[]; report: Report; seconds: number };

export type CaseTools = {
  service: ServiceProcess;
  /** The case's folder. */
  folder: string;
  /** The spec of the case, with the address of the case's server. */
  spec: Record<string, unknown>;
  /** Text that the case's server has printed so far. */
  serverOutput(): string;
  /** Port of the case's server. */
  port: number;
  /** Runs the spec of the case in a service of its own, with these settings. */
  runElsewhere(environment: Record<string, string>): Promise<CaseRun>;
  /** Runs a spec (default: the spec of the case) to its end. */
  run(spec?: Record<string, unknown>): Promise<CaseRun>;
};

/** Checks what the service makes of a case. Throws if it differs from the case's `expected.md`. */
export type CaseCheck = (tools: CaseTools) => Promise<void>;
