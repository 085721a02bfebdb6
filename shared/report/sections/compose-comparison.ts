import type { ComparedRun, RunsComparison } from '../model/run-comparison.ts';
import { type Cell, composeDocument, type Document } from './document.ts';
import { makeList, makeTable, makeTrustBadge, makeVerdictBadge } from './make-blocks.ts';
import { writeChanges } from './write-changes.ts';

/** Composes the comparison of runs: which runs they are and, for each further run, the changes stage by stage. */
export function composeComparison({ base, runs }: RunsComparison): Document {
  const head = ['Run', 'Run id', 'Source', 'Created', 'Targets', 'Trust'];
  const rows = [base, ...runs].map((run, i) => describeRun(run, i === 0));
  const suspicions = [base, ...runs].flatMap(({ label, trust: { reasons } }) =>
    reasons.map((reason) => `${label} is suspect: ${reason}`),
  );
  const sections = runs.map(({ label, comparison, notes }, i) => {
    const { text, tone } = makeVerdictBadge(comparison.verdict);
    const id = `run-${i + 1}`;
    const blocks = writeChanges(comparison, { base: base.label, run: label }, notes);
    return {
      badge: { text: `${label}: ${text}`, tone, sectionId: id },
      section: { id, title: `${label} compared with ${base.label}: ${text}`, blocks },
    };
  });
  return composeDocument({
    title: `${runs.map(({ label }) => label).join(', ')} compared with ${base.label}`,
    intro: [
      { kind: 'badges', badges: sections.map(({ badge }) => badge) },
      ...makeTable('Compared runs', head, rows, head.length),
      ...makeList(suspicions),
    ],
    sections: sections.map(({ section }) => section),
    margins: {
      kind: 'Comparison of runs · Tokenmeter',
      source: ['Base ', { code: base.runId }, '; runs ', ...runs.flatMap(({ runId }, i) => listId(runId, i)), '.'],
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

function listId(runId: string, index: number) {
  return [index === 0 ? '' : ', ', { code: runId }];
}
