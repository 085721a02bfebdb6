import type { ComparedRun, MetricChange, RunComparison, RunsComparison } from '../model/run-comparison.ts';
import { formatProbability } from '../words/format-number.ts';
import { type Block, type Cell, composeDocument, type Document, type Section } from './document.ts';
import { chooseTone, makeFigureName, makeList, makeTable } from './make-blocks.ts';

type OtherRun = RunsComparison['runs'][number];

/** Composes what there is to read of runs side by side: which they are, and of each further one, stage by stage, what changed. */
export function composeComparison({ base, runs }: RunsComparison): Document {
  const badges = runs.map(({ label, comparison: { verdict } }, i) => ({
    text: `${label}: ${nameVerdict(verdict)}`,
    tone: chooseTone(verdict),
    sectionId: nameSection(i),
  }));
  const facts = [base, ...runs].map((run, i) => ({ label: i === 0 ? 'Base' : 'Run', lines: describeRun(run) }));
  const ids = runs.flatMap(({ runId }, i) => [i === 0 ? '' : ', ', { code: runId }]);
  return composeDocument({
    title: `${runs.map(({ label }) => label).join(', ')} against ${base.label}`,
    intro: [
      { kind: 'badges', badges },
      { kind: 'facts', facts },
    ],
    sections: runs.map((run, i) => writeRun(run, i, base)),
    margins: {
      kind: 'Runs side by side · Tokenmeter',
      source: ['Base ', { code: base.runId }, '; runs ', ...ids, '.'],
    },
  });
}

/** Which run it is, of what, and why to doubt it, each reason in a line of its own. */
function describeRun({ label, runId, source, createdAt, targets, trust }: ComparedRun): string[] {
  const name = label === runId ? runId : `${label} (${runId})`;
  const models = targets.map(({ targetId, model }) => (targetId === model ? targetId : `${targetId} (${model})`));
  const line = `${name}, ${source}, ${createdAt.slice(0, 10)}: ${models.join(', ')}; trust ${trust.result}`;
  return [line, ...trust.reasons];
}

function nameVerdict(verdict: RunComparison['verdict']): string {
  return verdict ?? 'no verdict';
}

function nameSection(runIndex: number): string {
  return `run-${runIndex + 1}`;
}

function writeRun({ comparison, notes, label }: OtherRun, runIndex: number, base: ComparedRun): Section {
  const { stages, unmatched, verdict } = comparison;
  const onlyIn = (where: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`Only in the ${where}: ${names.join('; ')}.`];
  return {
    id: nameSection(runIndex),
    title: `${label} against ${base.label}: ${nameVerdict(verdict)}`,
    blocks: [
      ...makeList([...notes, ...onlyIn('base', unmatched.base), ...onlyIn('run', unmatched.run)]),
      ...stages.map((stage): Block => {
        const badge = { text: nameVerdict(stage.verdict), tone: chooseTone(stage.verdict) };
        const caption = `${stage.targetId}, stage ${stage.stageIndex}: ${label} against ${base.label}`;
        return { kind: 'part', title: nameTwins(stage), badge, blocks: tabulate(stage.metrics, caption) };
      }),
      { kind: 'paragraph', words: describePairing(comparison), style: 'aside' },
    ],
  };
}

/** Which stage of the run stands beside which of the base, and at what load. */
function nameTwins(stage: RunComparison['stages'][number]): string {
  const { targetId, stageIndex, baseTargetId, baseStageIndex, load } = stage;
  const at = load === '' ? '' : ` at ${load}`;
  return `${targetId}${at} (stage ${stageIndex}) against ${baseTargetId} (stage ${baseStageIndex})`;
}

function tabulate(figures: readonly MetricChange[], caption: string): Block[] {
  const rows = figures.filter(({ base, target }) => base !== null || target !== null).map(makeRow);
  const head = ['Figure', 'Base', 'Run', 'Run / base', '95 %', 'p-value', 'n', 'Verdict'];
  return makeTable(caption, head, rows, 1);
}

function makeRow(figure: MetricChange): Cell[] {
  const { base, target, ratio, verdictInterval, inference, nBase, nTarget, verdict, verdictReason } = figure;
  return [
    makeFigureName(figure),
    { value: base },
    { value: target },
    { value: ratio, decimals: 3 },
    { range: verdictInterval, decimals: 3 },
    inference === null ? '' : formatProbability(inference.test.pValue),
    nBase === nTarget ? String(nBase) : `${nBase} / ${nTarget}`,
    verdict === null ? { text: '', note: verdictReason ?? '' } : { text: verdict, tone: chooseTone(verdict) },
  ];
}

/** How answers were compared, and what counts as the same. */
function describePairing({ samePrompts, workloadDifference, tolerance, shareTolerance }: RunComparison): string {
  const how = samePrompts
    ? 'Both asked the same prompts, which are compared in pairs.'
    : 'The prompts are not known to be the same, so that answers are compared as two samples.';
  const asked = workloadDifference === null ? how : `${workloadDifference} ${how}`;
  return `${asked} The same is what lies within ${(100 * tolerance).toFixed(1)} % of the base with its whole interval; of shares, within ${shareTolerance}. The interval is of the ratio; of shares, of the difference. The p of a test is two-sided.`;
}
