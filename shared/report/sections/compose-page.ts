import type { Report, TargetReport } from '../model/report.ts';
import { chooseOriginWords } from '../words/origin-words.ts';
import { shortText } from '../words/plain-text.ts';
import { describeOutcomes } from './describe-outcomes.ts';
import { type Badge, type Block, composeDocument, type Document, type Section } from './document.ts';
import { type Labels, labelReport } from './labels.ts';
import { listFacts } from './list-facts.ts';
import { chooseTone } from './make-blocks.ts';
import { writeBaseline } from './write-baseline.ts';
import { writeComparisonTables } from './write-comparisons.ts';
import { writeCost, writeService } from './write-cost.ts';
import { writeGlance } from './write-glance.ts';
import { writeHeadlineTiles } from './write-headline-tiles.ts';
import { writeInstrument } from './write-instrument.ts';
import { describeVerdict, judgeTone, writeJudgement } from './write-judgement.ts';
import { writeTurns } from './write-latencies.ts';
import { writeSweeps, writeThroughput } from './write-load.ts';
import { writeMetrics } from './write-metrics.ts';
import { writeDefinitions, writeReproduction } from './write-origin.ts';
import { writeGoodput, writeOutcomes } from './write-outcomes.ts';
import { writeRegressions } from './write-regressions.ts';

/**
 * All there is to read of a report, charts included.
 * @param manifest canonical JSON of the run's manifest; null where it has none
 */
export function composePage(report: Report, manifest: string | null): Document {
  const labels = labelReport(report);
  const { run, tokenmeterVersion } = report;
  return composeDocument({
    title: titleReport(report, labels),
    summary: `${[describeOutcomes(report), ...listSilent(report, labels)].join('; ')}.`,
    intro: [
      ...writeFindings(report, labels),
      { kind: 'badges', badges: listBadges(report) },
      ...writeWarning(report),
      ...writeHeadlineTiles(report, labels),
      { kind: 'facts', facts: listFacts(report, labels) },
    ],
    sections: listSections(report, labels, manifest),
    margins: {
      kind: describeKind(report),
      source: [
        'Run ',
        { code: run.runId },
        ', manifest ',
        { code: run.manifestSha256 },
        `, Tokenmeter ${tokenmeterVersion}.`,
      ],
    },
  });
}

function listSections(report: Report, labels: Labels, manifest: string | null): Section[] {
  const outcomes = [writeOutcomes(report, labels)];
  const instrument = writeInstrument(report, labels);
  // Of a run without numbers, how its requests ended is what there is to know.
  const hasNumbers = report.stages.some(({ counts }) => counts.ok > 0);
  return [
    writeGlance(report, labels),
    writeJudgement(report, labels),
    ...(hasNumbers ? [] : outcomes),
    { id: 'charts', title: 'Charts', blocks: [{ kind: 'charts', report }] },
    writeComparisonTables(report, labels),
    writeBaseline(report, labels),
    writeSweeps(report, labels),
    writeMetrics(report, labels),
    writeThroughput(report, labels),
    ...(hasNumbers ? outcomes : []),
    writeGoodput(report, labels),
    writeTurns(report, labels),
    writeRegressions(report, labels),
    writeCost(report, labels),
    writeService(report),
    { ...instrument, blocks: instrument.blocks.length === 0 ? [] : [aboutErrorBar, ...instrument.blocks] },
    { id: 'notes', title: 'Why a number is missing', blocks: [{ kind: 'reasons' }] },
    writeDefinitions(report),
    writeReproduction(report, manifest),
  ];
}

const aboutErrorBar = {
  kind: 'paragraph',
  words:
    'While it measures, the instrument reads a reference stream whose send instants are known, through the same client in the same thread. How late those arrivals were stamped is its error bar: a time on this page may be too long by as much, hardly ever by more than its p99.',
} as const;

const maxTargets = 4;
const maxModelLength = 60;

/** What to call a report: the name of its run; of one without, what was measured. */
function titleReport({ run, targets }: Report, labels: Labels): string {
  if (run.name !== null) return run.name;
  const models = [...new Set(targets.map(({ model }) => shortText(model, maxModelLength)))];
  const names = labels.targets.length > maxTargets ? `${labels.targets.length} targets` : labels.targets.join(', ');
  return models.length === 1 ? `${models[0]} on ${names}` : names;
}

function describeKind({ run, tokenmeterVersion }: Report): string {
  return chooseOriginWords(run).describeKind(run.createdAt.slice(0, 10), tokenmeterVersion);
}

/** Targets without any good request, where others have some: their lack must not be lost among many numbers. */
function listSilent({ targets }: Report, labels: Labels): string[] {
  const isSilent = ({ counts }: TargetReport) => counts.ok === 0;
  if (targets.every(isSilent)) return [];
  return targets
    .filter(isSilent)
    .map(({ targetId, counts }) => `${labels.target(targetId)}: none of ${counts.planned}`);
}

function listBadges({ verdict, trust, baseline }: Report): Badge[] {
  const badges: Badge[] = [
    { text: `Verdict: ${describeVerdict(verdict)}`, tone: judgeTone(verdict.result), sectionId: 'judgement' },
    { text: `Trust: ${trust.result}`, tone: trust.result === 'ok' ? 'good' : 'bad', sectionId: 'judgement' },
  ];
  if (baseline === null) return badges;
  const change = baseline.comparison?.verdict ?? null;
  return [
    ...badges,
    { text: `Baseline: ${change ?? 'no comparison'}`, tone: chooseTone(change), sectionId: 'baseline' },
  ];
}

/** What a search has found. */
function writeFindings({ sweeps }: Report, labels: Labels): Block[] {
  const items = sweeps.flatMap(({ targetId, finding }) =>
    finding === null ? [] : `${labels.target(targetId)}: ${finding.statement}`,
  );
  return items.length === 0 ? [] : [{ kind: 'list', items, style: 'findings' }];
}

/** Why not to believe the numbers stands before them. */
function writeWarning({ trust: { reasons } }: Report): Block[] {
  const [first, ...others] = reasons;
  if (first === undefined) return [];
  const more = others.length === 0 ? [] : [' ', { text: `and ${others.length} more`, sectionId: 'judgement' }];
  return [{ kind: 'paragraph', words: [first, ...more], style: 'warning' }];
}
