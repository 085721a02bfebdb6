import { describeCrossOver, isBeyondChance } from '../build/judge/find-cross-over.ts';
import type { AssertionResult, Certainty } from '../model/judgement.ts';
import type { Report } from '../model/report.ts';
import { formatNumber, formatShort } from '../words/format-number.ts';
import type { Block, Cell, Fact, Section, Tone } from './document.ts';
import type { Labels } from './labels.ts';
import { makeCell, makeCountCell, makeList, makeTable } from './make-blocks.ts';

/** More than this are folded, lest they keep the charts from being seen. */
const maxLines = 6;
const maxAssertions = 12;

/** Assertions one by one, why the run is suspect, and what to keep in mind, each in a line. */
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
  return { id: 'judgement', title: 'Judgement', blocks: facts.length === 0 ? [] : [{ kind: 'facts', facts }] };
}

/** The verdict on each assertion, why the numbers are trusted or not, and what to keep in mind. */
export function writeJudgement(report: Report, labels: Labels): Section {
  const { verdict, trust } = report;
  const notes = listNotes(report, labels);
  const isFolded = notes.length > maxLines;
  const title = isFolded ? `To keep in mind: ${notes.length} notes` : 'To keep in mind';
  const blocks: Block[] = [
    {
      kind: 'part',
      title: `Verdict: ${describeVerdict(verdict)}`,
      blocks: writeAssertions(verdict.assertions, labels),
    },
    { kind: 'part', title: `Trust: ${trust.result}`, blocks: writeTrust(trust) },
    ...(notes.length === 0 ? [] : [{ kind: 'part', title, isFolded, blocks: makeList(notes) } as const]),
  ];
  return { id: 'judgement', title: 'Verdict and trust', blocks };
}

export function describeVerdict({ result, certainty }: Report['verdict']): string {
  if (result === null) return 'nothing was asserted';
  return certainty === 'inconclusive' ? `${result}, not for sure` : result;
}

export function judgeTone(result: Report['verdict']['result']): Tone {
  return result === null ? 'plain' : result === 'pass' ? 'good' : 'bad';
}

function writeAssertions(assertions: readonly AssertionResult[], labels: Labels): Block[] {
  if (assertions.length === 0) return [{ kind: 'paragraph', words: 'The spec of the run asserts nothing.' }];
  const table = makeTable(
    'Assertions of the spec',
    ['Where', 'Asserted', 'Result', 'Certainty', 'Value', 'n'],
    assertions.map((result) => makeRow(result, labels)),
    4,
  );
  if (assertions.length <= maxAssertions) return table;
  return [
    { kind: 'paragraph', words: countResults(assertions) },
    { kind: 'fold', summary: 'Each of them', blocks: table },
  ];
}

/** "19 of 36 hold, 11 of them for sure; 17 do not, 8 of them for sure." */
function countResults(results: readonly AssertionResult[]): string {
  const [held, failed] = [true, false].map((pass) => results.filter((each) => each.pass === pass));
  const sure = (of: readonly AssertionResult[] = []) => of.filter(({ certainty }) => certainty === 'conclusive').length;
  return `${held?.length} of ${results.length} hold, ${sure(held)} of them for sure; ${failed?.length} do not, ${sure(failed)} of them for sure.`;
}

function makeRow(result: AssertionResult, labels: Labels): Cell[] {
  const { assertion, pass, n, certainty, certaintyReason, decidingN } = result;
  const ofBaseline = assertion.relativeToBaseline === true ? ' of the baseline' : '';
  const more = decidingN === null ? '' : `; about ${formatNumber(decidingN, 0)} values could tell`;
  // As it was given, with thousands separated.
  const limit = assertion.value.toLocaleString('en-US', { maximumFractionDigits: 6 });
  return [
    nameStage(result, labels),
    `${nameMetric(assertion)} ${assertion.op} ${limit}${ofBaseline}`,
    { text: pass ? 'pass' : 'fail', tone: pass ? 'good' : 'bad' },
    certainty === null ? '–' : certainty === 'conclusive' ? 'sure' : `not sure: ${certaintyReason}${more}`,
    makeCell(result),
    makeCountCell(n),
  ];
}

function describeAssertion(result: AssertionResult, labels: Labels): string {
  const { assertion, value, reason } = result;
  const found = value === null ? `no value (${reason})` : formatShort(value);
  const limit = assertion.relativeToBaseline === true ? `${assertion.value} times the baseline` : assertion.value;
  const sure = describeCertainty(result);
  return `${nameStage(result, labels)}: ${nameMetric(assertion)} ${assertion.op} ${limit}: ${found}${sure === '' ? '' : ` (${sure})`}`;
}

/** "sure; 95 %: 412 to 530", "not sure: the interval reaches the limit; 95 %: 412 to 830; about 260 values could tell". */
function describeCertainty({ certainty, interval, decidingN, certaintyReason }: Certainty): string {
  if (certainty === null) return '';
  return [
    certainty === 'conclusive' ? 'sure' : `not sure: ${certaintyReason}`,
    ...(interval === null ? [] : [`95 %: ${formatShort(interval.low)} to ${formatShort(interval.high)}`]),
    ...(decidingN === null ? [] : [`about ${formatNumber(decidingN, 0)} values could tell`]),
  ].join('; ');
}

function nameStage({ stageIndex, targetId }: AssertionResult, labels: Labels): string {
  return stageIndex === null ? targetId : labels.stage({ stageIndex });
}

function nameMetric(assertion: AssertionResult['assertion']): string {
  return 'statistic' in assertion ? `${assertion.metric} ${assertion.statistic}` : assertion.metric;
}

function writeTrust({ result, reasons }: Report['trust']): Block[] {
  if (result === 'ok') return [{ kind: 'paragraph', words: whyTrusted }];
  const lines = reasons;
  const others = lines.slice(maxLines);
  const fold = { kind: 'fold', summary: `${others.length} more`, blocks: makeList(others) } as const;
  return [
    { kind: 'paragraph', words: 'These may make the numbers wrong:' },
    ...makeList(lines.slice(0, maxLines)),
    ...(others.length === 0 ? [] : [fold]),
  ];
}

const whyTrusted = [
  'Nothing was found that could make the numbers wrong: the instrument kept its schedule and its error bar, and the load was what was asked for. ',
  { text: 'How far it can be believed', sectionId: 'instrument' },
  '.',
];

/** What to keep in mind. Answers that crossed over are told of here where chance may explain them; else trust has them. */
function listNotes({ crossOver, stages }: Report, labels: Labels): string[] {
  const crossed = isBeyondChance(crossOver) ? null : describeCrossOver(crossOver);
  const warnings = stages.flatMap((stage) => stage.warnings.map((warning) => `${labels.stage(stage)}: ${warning}`));
  return [...new Set([...(crossed === null ? [] : [crossed]), ...warnings])];
}
