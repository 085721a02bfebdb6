import { describeCrossOver, isBeyondChance } from '../build/judge/find-cross-over.ts';
import type { AssertionResult, Certainty } from '../model/judgement.ts';
import type { Report } from '../model/report.ts';
import { formatNumber, formatShort } from '../words/format-text.ts';
import type { Block, Cell, Fact, Section, Tone } from './document.ts';
import type { Labels } from './labels.ts';
import { makeCell, makeCountCell, makeList, makeSizeCell, makeTable } from './make-blocks.ts';

const section = { id: 'judgement', title: 'Verdict, warnings and notes' };

/** Longer lists are collapsed on pages, so that the charts remain in view. */
const maxLines = 6;
const maxAssertions = 12;

/** Writes one line for each assertion, for each reason not to trust the run, and for each note. For terminals. */
export function writeJudgementLines(report: Report, labels: Labels): Section {
  const { verdict, trust } = report;
  const facts: Fact[] = [
    ...verdict.assertions.map((result) => ({
      label: result.pass ? 'pass' : 'FAIL',
      lines: [describeAssertion(result, labels)],
    })),
    ...trust.reasons.map((reason) => ({ label: 'suspect', lines: [reason] })),
    ...listNotes(report, labels).map((note) => ({ label: 'note', lines: [note] })),
  ];
  const title = verdict.assertions.length === 0 ? 'Warnings and notes' : section.title;
  return { ...section, title, blocks: facts.length === 0 ? [] : [{ kind: 'facts', facts }] };
}

/** Writes three parts of a page: the assertions, whether the run can be trusted with the reasons, and the notes. */
export function writeJudgement(report: Report, labels: Labels): Section {
  const { verdict, trust } = report;
  const notes = listNotes(report, labels);
  const isFolded = notes.length > maxLines;
  const title = isFolded ? `Notes (${notes.length})` : 'Notes';
  const blocks: Block[] = [
    { kind: 'part', title: `Verdict: ${describeVerdict(verdict)}`, blocks: writeAssertions(report, labels) },
    { kind: 'part', title: `Measurement quality: ${trust.result}`, blocks: writeTrust(trust) },
    ...(notes.length === 0 ? [] : [{ kind: 'part', title, isFolded, blocks: makeList(notes) } as const]),
  ];
  return { ...section, blocks };
}

/** Describes a verdict in a few words: "pass", "fail (inconclusive)", "none (the spec has no assertions)". */
export function describeVerdict({ result, certainty }: Report['verdict']): string {
  if (result === null) return 'none (the spec has no assertions)';
  return certainty === 'inconclusive' ? `${result} (inconclusive)` : result;
}

export function chooseVerdictTone(result: Report['verdict']['result']): Tone {
  return result === null ? 'plain' : result === 'pass' ? 'good' : 'bad';
}

function writeAssertions({ verdict: { assertions }, stages }: Report, labels: Labels): Block[] {
  if (assertions.length === 0) return [];
  const table = makeTable(
    'Assertions of the spec',
    ['Stage', 'Assertion', 'Result', 'Certainty', 'Value', 'n'],
    assertions.map((result) => makeRow(result, stages, labels)),
    4,
  );
  if (assertions.length <= maxAssertions) return table;
  return [
    { kind: 'paragraph', words: countResults(assertions) },
    { kind: 'fold', summary: 'All assertions', blocks: table },
  ];
}

/** Summarizes the assertion results: "19 of 36 assertions pass (11 conclusive); 17 fail (8 conclusive)." */
function countResults(results: readonly AssertionResult[]): string {
  const [passed, failed] = [true, false].map((pass) => {
    const own = results.filter((each) => each.pass === pass);
    return { all: own.length, conclusive: own.filter(({ certainty }) => certainty === 'conclusive').length };
  });
  return `${passed?.all} of ${results.length} assertions pass (${passed?.conclusive} conclusive); ${failed?.all} fail (${failed?.conclusive} conclusive).`;
}

function makeRow(result: AssertionResult, stages: Report['stages'], labels: Labels): Cell[] {
  const stage = 'statistic' in result.assertion && stages.find(({ stageIndex }) => stageIndex === result.stageIndex);
  const { assertion, pass, n } = result;
  const suffix = assertion.relativeToBaseline === true ? ' of the baseline' : '';
  // Shows all digits of the limit in the spec, with thousands separators.
  const limit = assertion.value.toLocaleString('en-US', { maximumFractionDigits: 6 });
  return [
    nameAssertedStage(result, labels),
    `${nameMetric(assertion)} ${assertion.op} ${limit}${suffix}`,
    { text: pass ? 'pass' : 'fail', tone: pass ? 'good' : 'bad' },
    describeCertainty({ ...result, interval: null }) || '–',
    makeCell(result),
    stage ? makeSizeCell(n, stage) : makeCountCell(n),
  ];
}

function describeAssertion(result: AssertionResult, labels: Labels): string {
  const { assertion, value, reason } = result;
  const found = value === null ? `no value (${reason})` : formatShort(value);
  const limit = assertion.relativeToBaseline === true ? `${assertion.value} times the baseline` : assertion.value;
  const certainty = describeCertainty(result);
  return `${nameAssertedStage(result, labels)}: ${nameMetric(assertion)} ${assertion.op} ${limit}: ${found}${certainty && ` (${certainty})`}`;
}

/** Describes how certain a result is: "inconclusive: the interval contains the limit; 95 % interval 412 to 830; …". */
function describeCertainty({ certainty, interval, decidingN, certaintyReason }: Certainty): string {
  if (certainty === null) return '';
  return [
    certainty === 'conclusive' ? certainty : `${certainty}: ${certaintyReason}`,
    ...(interval === null ? [] : [`95 % interval ${formatShort(interval.low)} to ${formatShort(interval.high)}`]),
    ...(decidingN === null ? [] : [`about ${formatNumber(decidingN, 0)} values needed`]),
  ].join('; ');
}

function nameAssertedStage({ stageIndex, targetId }: AssertionResult, labels: Labels): string {
  return stageIndex === null ? targetId : labels.stage({ stageIndex });
}

function nameMetric(assertion: AssertionResult['assertion']): string {
  return 'statistic' in assertion ? `${assertion.metric} ${assertion.statistic}` : assertion.metric;
}

function writeTrust({ result, reasons }: Report['trust']): Block[] {
  if (result === 'ok') return [{ kind: 'paragraph', words: whyTrusted }];
  const others = reasons.slice(maxLines);
  const fold = { kind: 'fold', summary: `${others.length} more`, blocks: makeList(others) } as const;
  return [
    { kind: 'paragraph', words: 'These problems can make the numbers wrong:' },
    ...makeList(reasons.slice(0, maxLines)),
    ...(others.length === 0 ? [] : [fold]),
  ];
}

const whyTrusted = [
  'No problems found: requests started on schedule, timing was accurate, and the actual load matched the spec. See ',
  { text: 'Measurement accuracy', sectionId: 'instrument' },
  '.',
];

/** Lists notes. Crossed responses are a note if chance can explain them, and otherwise a reason to distrust the run. */
function listNotes({ crossOver, stages }: Report, labels: Labels): string[] {
  const crossed = isBeyondChance(crossOver) ? null : describeCrossOver(crossOver);
  const warnings = stages.flatMap((stage) => stage.warnings.map((warning) => `${labels.stage(stage)}: ${warning}`));
  return [...new Set([...(crossed === null ? [] : [crossed]), ...warnings])];
}
