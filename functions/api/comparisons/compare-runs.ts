import { AppError } from '../../../shared/errors/app-error.ts';
import { refuse } from '../../../shared/errors/refuse.ts';
import { chooseOrigin } from '../../../shared/llmperf/choose-origin.ts';
import { planRun } from '../../../shared/plan/plan-run.ts';
import type { Deps } from '../../../shared/ports.ts';
import { isTerminal, type RunRecord } from '../../../shared/records/records.ts';
import { readMetricColumns } from '../../../shared/report/build/compare/compare-requests.ts';
import { type ComparableRun, compareRuns } from '../../../shared/report/build/compare/compare-runs.ts';
import type { ComparableStage } from '../../../shared/report/build/compare/compare-stages.ts';
import { readReport } from '../../../shared/report/model/read-report.ts';
import type { Report } from '../../../shared/report/model/report.ts';
import type { ComparedRun, RunsComparison } from '../../../shared/report/model/run-comparison.ts';
import { nameStage } from '../../../shared/report/words/describe-load.ts';
import { readStageColumns } from '../../../shared/runs/read-stage-columns.ts';
import { requireFound } from '../http/answers.ts';
import { getRun } from '../runs/get-run.ts';

/** The comparison keeps the values of all requests in memory. */
const maxComparedRequests = 300_000;

type Loaded = { run: RunRecord; report: Report; comparable: ComparableRun };
type Tolerances = { tolerance: number; shareTolerance: number };

/**
 * Compares each further finished run with the first one.
 * @throws AppError NOT_FOUND, REPORT_NOT_READY while a run is active, INVALID_REQUEST if the runs are too large
 */
export async function compareStoredRuns(
  deps: Pick<Deps, 'runs' | 'reports' | 'batches' | 'blocks'>,
  tenantId: string,
  runIds: readonly string[],
  tolerances: Tolerances,
): Promise<RunsComparison> {
  const runs: RunRecord[] = [];
  for (const runId of runIds) runs.push(await getRun(deps, tenantId, runId));
  checkRuns(runs);
  const loaded: Loaded[] = [];
  for (const run of runs) {
    const found = await loadComparableRun(deps, run);
    loaded.push({ run, ...requireFound(found, 'report of', run.runId) });
  }
  const [base, ...others] = loaded;
  if (base === undefined) throw new Error('A comparison needs a base run');
  const labels = chooseLabels(runs);
  const findLabel = ({ run }: Loaded) => labels.get(run.runId) ?? run.runId;
  return {
    base: describeRun(base, findLabel(base)),
    runs: others.map((other) => ({
      ...describeRun(other, findLabel(other)),
      notes: writeNotes(base, other),
      comparison: compareRuns(base.comparable, other.comparable, {
        ...tolerances,
        nameOf: ({ base: ofBase, target: targetId }) => ({
          base: `${ofBase} in ${findLabel(base)}`,
          target: `${targetId} in ${findLabel(other)}`,
        }),
      }),
    })),
  };
}

function checkRuns(runs: readonly RunRecord[]): void {
  for (const { runId, status } of runs)
    if (!isTerminal(status))
      throw new AppError('REPORT_NOT_READY', `${runId} is ${status}. Only finished runs can be compared.`, {
        retryAfterSeconds: 2,
      });
  const requests = runs.flatMap((run) => planRun(run.spec, run)).reduce((sum, stage) => sum + stage.requests, 0);
  if (requests > maxComparedRequests)
    refuse('INVALID_REQUEST', [
      {
        pointer: '?runs',
        fault: `has runs with ${requests} requests in total`,
        remedy: `Compare fewer or smaller runs, with at most ${maxComparedRequests} requests in total`,
      },
    ]);
}

function describeRun({ run, report }: Loaded, label: string): ComparedRun {
  const { source, createdAt } = report.run;
  const targets = report.targets.map(({ targetId, model }) => ({ targetId, model }));
  return { runId: run.runId, label, source, createdAt, targets, trust: report.trust };
}

function chooseLabels(runs: readonly RunRecord[]): Map<string, string> {
  const names = runs.map(({ spec }) => spec.name);
  return new Map(
    runs.map(({ runId, spec: { name } }) => {
      const isOnly = name !== undefined && names.filter((other) => other === name).length === 1;
      return [runId, isOnly ? name : runId];
    }),
  );
}

function writeNotes(base: Loaded, other: Loaded): string[] {
  const notes: string[] = [];
  if (base.report.run.source !== other.report.run.source)
    notes.push(
      'LLMPerf measured one of the two runs with its own formulas: its times start before the connection is open, its latency ends with the response, and its output tokens include the BOS token. This can explain part of each difference. See docs/llmperf.md for both sets of formulas.',
    );
  const speeds = [base, other].flatMap(({ report, comparable: { origin } }) =>
    report.stages.flatMap((stage) => {
      const oddSpeed = origin.describeOddSpeed(stage.requests);
      return oddSpeed === null ? [] : [`${nameStage(stage, report.stages)}: ${oddSpeed}`];
    }),
  );
  notes.push(...speeds);
  const suspect = [base, other].filter(({ report }) => report.trust.result === 'suspect').length;
  if (suspect > 0)
    notes.push(`${suspect === 2 ? 'Both runs are' : 'One of the runs is'} suspect. See trust for the reasons.`);
  return notes;
}

/**
 * Loads the stages of a finished run's report and the metrics of its requests. Returns null if the run has no report.
 */
async function loadComparableRun(
  deps: Pick<Deps, 'reports' | 'batches' | 'blocks'>,
  run: RunRecord,
): Promise<{ report: Report; comparable: ComparableRun } | null> {
  const json = await deps.reports.get(run.runId);
  if (json === null) return null;
  const report = readReport(json);
  const stages: ComparableStage[] = [];
  for (const plan of planRun(run.spec, run)) {
    const samples = await readStageColumns(deps, run, plan, await deps.batches.list(run.runId, plan.stageIndex));
    const own = report.stages[plan.stageIndex];
    if (own !== undefined) stages.push({ report: own, columns: readMetricColumns({ plan, samples }) });
  }
  return { report, comparable: { spec: run.spec, origin: chooseOrigin(run.spec), stages } };
}
