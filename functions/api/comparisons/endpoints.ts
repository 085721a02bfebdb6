import { z } from 'zod';
import { AppError, findFault, throwFaults } from '../../../shared/errors/app-error.ts';
import { matchText, suggestForm } from '../../../shared/errors/schema-rule.ts';
import { idPrefixes } from '../../../shared/ids/ids.ts';
import { chooseOrigin } from '../../../shared/llmperf/choose-origin.ts';
import { planRun } from '../../../shared/plan/plan-run.ts';
import { isTerminal, type RunRecord } from '../../../shared/records/records.ts';
import { type ComparableRun, compareRuns } from '../../../shared/report/build/compare/compare-runs.ts';
import { type ComparableStage, readMetricColumns } from '../../../shared/report/build/compare/compare-stages.ts';
import { readReport } from '../../../shared/report/model/read-report.ts';
import type { Report } from '../../../shared/report/model/report.ts';
import type { ComparedRun, RunsComparison } from '../../../shared/report/model/run-comparison.ts';
import { comparisonFormats } from '../../../shared/report/render/registry.ts';
import { nameStage } from '../../../shared/report/words/describe-load.ts';
import { readFinishedStage } from '../../../shared/runs/read-finished-samples.ts';
import { defaultShareTolerance, defaultTolerance } from '../../../shared/spec/run-spec.ts';
import type { ApiDeps } from '../compose.ts';
import { defineAnswer, requireFound } from '../http/answers.ts';
import { type Caller, defineEndpoint } from '../http/define-endpoint.ts';
import { getRun } from '../runs/get-run.ts';

const share = z.coerce.number().min(0).max(1);
const maxRuns = 10;
const runId = `${idPrefixes.run}_[0-9a-hjkmnp-tv-z]{26}`;

const comparisonQuerySchema = z.strictObject({
  runs: matchText(
    new RegExp(`^${runId}(,${runId}){1,${maxRuns - 1}}$`),
    suggestForm(`2 to ${maxRuns} run ids, separated by commas, with the base run first: ?runs=run_…,run_…`),
  ).describe('Comma-separated ids of different finished runs. The first run is the base'),
  tolerance: share
    .default(defaultTolerance)
    .describe('Maximum relative difference of a ratio that is reported as the same'),
  shareTolerance: share
    .default(defaultShareTolerance)
    .describe('Maximum absolute difference of a share, such as the error rate, that is reported as the same'),
});

const description =
  'Compares each further run with the first one (the base). Compares stages with the same load and target; single targets match under any id. Responses to identical prompts are compared in pairs, other responses as two independent samples. Each metric with a confidence interval is better, worse, same or inconclusive. Imported runs are also supported.';

/** One operation per format of a comparison. */
export const comparisonEndpoints = Object.values(comparisonFormats).map((format) =>
  defineEndpoint({
    operationId: `compareRuns${format.name}`,
    method: 'get',
    path: `/v1/compare${format.ending}`,
    tag: 'Results',
    scope: 'runs:read',
    effort: 'rendering',
    isLarge: true,
    summary: `Compare runs${format.suffix}`,
    ...(format.ending === '' && { description }),
    errors: ['NOT_FOUND', 'REPORT_NOT_READY'],
    query: comparisonQuerySchema,
    answers: { 200: defineAnswer('The comparison', format) },
    handle: async (call) => {
      const { runs, ...tolerances } = call.query;
      const ids = runs.split(',');
      const fault = { pointer: '?runs', fault: 'contains the same run id twice', remedy: 'List each run only once' };
      throwFaults('INVALID_REQUEST', findFault(new Set(ids).size < ids.length, fault));
      const comparison = await compareStoredRuns(call, ids, tolerances);
      return call.c.body(await format.render(comparison), 200, format.headers);
    },
  }),
);

/** Maximum total requests of the compared runs. A comparison keeps the metrics of all requests in memory. */
const maxComparedRequests = 300_000;

type Loaded = { run: RunRecord; label: string; report: Report; comparable: ComparableRun };

/**
 * Compares the first run with each of the other runs. All runs must be finished.
 * @throws AppError NOT_FOUND, REPORT_NOT_READY if a run is still active, INVALID_REQUEST if there are too many requests
 */
async function compareStoredRuns(
  caller: Caller,
  runIds: readonly string[],
  tolerances: { tolerance: number; shareTolerance: number },
): Promise<RunsComparison> {
  const runs: RunRecord[] = [];
  for (const runId of runIds) runs.push(await getRun(caller, runId));
  checkRuns(runs);
  const loaded: Loaded[] = [];
  for (const run of runs) loaded.push(await loadRun(caller.deps, run, chooseLabel(run, runs)));
  const [base, ...others] = loaded;
  if (base === undefined) throw new Error('Internal error: the comparison has no base run');
  return {
    base: describeRun(base),
    runs: others.map((other) => ({
      ...describeRun(other),
      notes: writeNotes(base, other),
      comparison: compareRuns(base.comparable, other.comparable, {
        ...tolerances,
        chooseNames: (ids) => ({ base: `${ids.base} in ${base.label}`, target: `${ids.target} in ${other.label}` }),
      }),
    })),
  };
}

function checkRuns(runs: readonly RunRecord[]): void {
  const active = runs.find(({ status }) => !isTerminal(status));
  if (active !== undefined) {
    const detail = `${active.runId} is ${active.status}. Only finished runs can be compared.`;
    throw new AppError('REPORT_NOT_READY', detail, { retryAfterSeconds: 2 });
  }
  const requests = runs.flatMap((run) => planRun(run.spec, run)).reduce((sum, stage) => sum + stage.requests, 0);
  if (requests <= maxComparedRequests) return;
  const remedy = `Compare fewer or smaller runs, with at most ${maxComparedRequests} requests in total`;
  throwFaults('INVALID_REQUEST', [
    { pointer: '?runs', fault: `selects runs with ${requests} requests in total`, remedy },
  ]);
}

function describeRun({ run: { runId }, label, report }: Loaded): ComparedRun {
  const { source, createdAt } = report.run;
  const targets = report.targets.map(({ targetId, model }) => ({ targetId, model }));
  return { runId, label, source, createdAt, targets, trust: report.trust };
}

/** Returns the label of a run in the comparison: the run's name, or the run id if the name is missing or not unique. */
function chooseLabel({ runId, labels: { name } }: RunRecord, runs: readonly RunRecord[]): string {
  return name !== null && runs.filter(({ labels }) => labels.name === name).length === 1 ? name : runId;
}

function writeNotes(base: Loaded, other: Loaded): string[] {
  const formulas = new Set([base, other].map(({ comparable }) => comparable.origin.formulaNote));
  const notes = formulas.size === 1 ? [] : [...formulas].filter((note) => note !== null);
  for (const { report, comparable } of [base, other])
    for (const stage of report.stages) {
      const oddSpeed = comparable.origin.describeOddSpeed(stage.requests);
      if (oddSpeed !== null) notes.push(`${nameStage(stage, report.stages)}: ${oddSpeed}`);
    }
  const suspect = [base, other].filter(({ report }) => report.trust.result === 'suspect').length;
  if (suspect > 0)
    notes.push(`${suspect === 2 ? 'Both runs are' : 'One of the runs is'} suspect, for the reasons listed above.`);
  return notes;
}

async function loadRun(deps: ApiDeps, run: RunRecord, label: string): Promise<Loaded> {
  const { runId, spec } = run;
  const report = readReport(requireFound(await deps.reports.get(runId), 'report of', runId));
  const stages: ComparableStage[] = [];
  for (const plan of planRun(spec, run)) {
    const samples = await readFinishedStage(deps, run, plan);
    const own = report.stages[plan.stageIndex];
    if (own !== undefined) stages.push({ report: own, columns: readMetricColumns({ plan, samples }) });
  }
  return { run, label, report, comparable: { spec, origin: chooseOrigin(spec), stages } };
}
