import type { Report } from '../model/report.ts';
import type { ComparedRun, MetricChange, RunComparison, RunsComparison } from '../model/run-comparison.ts';
import { formatNumber, formatProbability } from '../words/format-text.ts';
import { type Block, type Cell, composeDocument, type Document, type Section } from './document.ts';
import { makeAside, makeList, makeMetricCell, makeTable, makeTrustBadge, makeVerdictBadge } from './make-blocks.ts';
import { describeN } from './write-comparisons.ts';

/** Composes the comparison of several runs with a base run: the runs and, for each run, the changes by stage. */
export function composeComparison({ base, runs }: RunsComparison): Document {
  const head = ['Run', 'Run id', 'Source', 'Created', 'Targets', 'Measurement quality'];
  const rows = [base, ...runs].map((run, i) => describeRun(run, i === 0));
  const suspicions = [base, ...runs].flatMap(({ label, trust: { reasons } }) =>
    reasons.map((reason) => `${quoteName(label)} is suspect. ${reason}`),
  );
  const sections = runs.map(({ label, comparison, notes }, i) => {
    const { text, tone } = makeVerdictBadge(comparison.verdict);
    const id = `run-${i + 1}`;
    const blocks = writeChanges(comparison, { base: base.label, run: label }, notes);
    return {
      badge: { text: `${quoteName(label)}: ${text}`, tone, sectionId: id },
      section: { id, title: `${quoteName(label)} compared with ${quoteName(base.label)}: ${text}`, blocks },
    };
  });
  return composeDocument({
    title: `${runs.map(({ label }) => quoteName(label)).join(', ')} compared with ${quoteName(base.label)}`,
    intro: [
      { kind: 'badges', badges: sections.map(({ badge }) => badge) },
      ...makeTable('Compared runs', head, rows, head.length),
      ...makeList(suspicions),
    ],
    sections: [
      ...sections.map(({ section }) => section),
      { id: 'reasons', title: 'Why values or verdicts are missing', blocks: [{ kind: 'reasons' }] },
    ],
    margins: {
      kind: 'Comparison of runs · Tokenmeter',
      source: [
        'Base ',
        { code: base.runId },
        '; runs ',
        ...runs.flatMap(({ runId }, i) => [i === 0 ? '' : ', ', { code: runId }]),
        '.',
      ],
    },
  });
}

function describeRun({ label, runId, source, createdAt, targets, trust }: ComparedRun, isBase: boolean): Cell[] {
  const models = targets.map(({ targetId, model }) => (targetId === model ? targetId : `${targetId} (${model})`));
  return [
    `${isBase ? 'Base: ' : ''}${label}`,
    { text: runId, isCode: true },
    source,
    createdAt.slice(0, 10),
    { text: models.join(', '), short: targets.map(({ targetId }) => targetId).join(', ') },
    makeTrustBadge(trust.result),
  ];
}

/** Writes the comparison of a run with its baseline, or nothing if the run has no baseline. */
export function writeBaseline({ baseline }: Report): Section {
  const section = { id: 'baseline', title: 'Comparison with the baseline' };
  if (baseline === null) return { ...section, blocks: [] };
  const { comparison, reason, runId } = baseline;
  const name = baseline.name === null ? runId : `${baseline.name} (${runId})`;
  if (comparison === null) return { ...section, blocks: makeList([`Baseline ${name}: no comparison, ${reason}.`]) };
  const notes = [`Baseline ${name}: ${makeVerdictBadge(comparison.verdict).text}.`];
  return { ...section, blocks: writeChanges(comparison, { base: 'baseline', run: 'run' }, notes) };
}

/** Writes the notes, the stages that only one of the two runs has, and the changes between the runs by stage. */
function writeChanges(
  { stages, unmatched, ...terms }: RunComparison,
  names: { base: string; run: string },
  notes: readonly string[],
): Block[] {
  const onlyIn = (name: string, list: readonly string[]) =>
    list.length === 0 ? [] : [`Stages only in ${name}: ${list.join('; ')}.`];
  return [
    ...makeList([...notes, ...onlyIn(names.base, unmatched.base), ...onlyIn(names.run, unmatched.run)]),
    ...stages.map(({ targetId, stageIndex, baseTargetId, baseStageIndex, load, verdict, metrics }): Block => {
      const where = `${targetId}${load === '' ? '' : ` at ${load}`}`;
      const isSame = targetId === baseTargetId && stageIndex === baseStageIndex;
      const title = isSame
        ? `${where} (stage ${stageIndex} in both runs)`
        : `${where} (stage ${stageIndex}), compared with ${baseTargetId} (stage ${baseStageIndex})`;
      const rows = metrics.filter(({ base, target }) => base !== null || target !== null).map(makeRow);
      const head = ['Metric', 'Base', 'Run', 'Change', '95 % interval', 'p-value', 'n', 'Verdict'];
      return {
        kind: 'part',
        title,
        badge: makeVerdictBadge(verdict),
        blocks: makeTable(`${where}: ${quoteName(names.run)} compared with ${quoteName(names.base)}`, head, rows, 1),
      };
    }),
    makeAside(describeTerms(terms)),
  ];
}

/** Puts the name of a run in quotation marks, because it can be any text, such as "before the update". */
const quoteName = (label: string) => (label.startsWith('run_') ? label : `“${label}”`);

/** Makes a table row with the ratio of both values and its interval. For shares, uses the difference instead. */
function makeRow(change: MetricChange): Cell[] {
  const { metric, base, target, statistic, window, ratio, difference, inference } = change;
  const isShare = statistic === null && window === null && !metric.endsWith('Usd');
  const changed = isShare ? difference : ratio;
  return [
    makeMetricCell(change),
    { value: base },
    { value: target },
    changed === null ? { value: null } : `${isShare ? (changed < 0 ? '' : '+') : '× '}${formatNumber(changed, 3)}`,
    { range: change.verdictInterval, decimals: 3 },
    inference === null ? '' : formatProbability(inference.test.pValue),
    describeN(change, ' / '),
    change.verdict === null ? { text: 'no verdict', reason: change.verdictReason } : makeVerdictBadge(change.verdict),
  ];
}

/** Describes how responses were compared, and which changes get the verdict `same`. */
function describeTerms({
  samePrompts,
  workloadDifference,
  tolerance,
  shareTolerance,
}: Omit<RunComparison, 'stages' | 'unmatched'>): string {
  const pairing = samePrompts
    ? 'Both runs sent the same prompts. Responses are compared in pairs: change, interval, and p-value use only the responses that have a pair.'
    : 'The runs may have sent different prompts. Responses are compared as two independent samples.';
  const [low, high] = [1 - tolerance, 1 + tolerance].map((limit) => Number(limit.toFixed(6)));
  return `${workloadDifference === null ? '' : `${workloadDifference} `}${pairing} The column “95 % interval” contains the interval of the ratio (run / base). For shares, it contains the interval of the difference (run − base). “Same” means that the interval of the ratio lies within ${low} to ${high}. For shares, it means that the interval of the difference lies within ±${shareTolerance}. p-values are two-sided.`;
}
