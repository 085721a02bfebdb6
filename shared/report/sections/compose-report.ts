import type { Report } from '../model/report.ts';
import { countThings, shortenText } from '../words/format-text.ts';
import { writeCharts } from './charts/charts.ts';
import { writeBaseline } from './compose-comparison.ts';
import { type Badge, type Block, composeDocument, type Document, type Section } from './document.ts';
import { type Labels, labelReport } from './labels.ts';
import { listFacts, listRequested } from './list-facts.ts';
import { makeTrustBadge, makeVerdictBadge } from './make-blocks.ts';
import { measuredWords, type OriginWords } from './origin-words.ts';
import { writeComparisons } from './write-comparisons.ts';
import { writeCost, writeService } from './write-cost.ts';
import { writeGlance, writeHeadlineTiles } from './write-headlines.ts';
import { chooseVerdictTone, describeVerdict, writeJudgement, writeJudgementLines } from './write-judgement.ts';
import { writeSweeps, writeThroughput, writeTurns } from './write-load.ts';
import { writeDefinitions, writeInstrument, writeReproduction, writeSources } from './write-method.ts';
import { writeLatencies, writeMetrics } from './write-metrics.ts';
import { describeOutcomes, summarizeRun, writeGoodput, writeOutcomes } from './write-outcomes.ts';
import { writeRegressions } from './write-regressions.ts';

/** Composes a report's main results for a terminal or a comment. `hasCommands` adds commands that repeat the run. */
export function composeSummary(
  report: Report,
  words: OriginWords = measuredWords,
  { hasCommands = false } = {},
): Document {
  const labels = labelReport(report);
  return composeDocument({
    title: report.run.name ?? report.run.runId,
    summary: summarizeRun(report),
    intro: [{ kind: 'facts', facts: listRequested(report, words) }],
    sections: [
      writeLatencies(report, labels),
      writeThroughput(report, labels),
      writeSweeps(report, labels),
      writeOutcomes(report, labels),
      writeGoodput(report, labels),
      writeTurns(report, labels),
      writeBaseline(report),
      writeComparisons(report, labels, { hasTables: false }),
      writeRegressions(report, labels),
      writeCost(report, labels),
      writeService(report),
      writeInstrument(report, labels),
      writeJudgementLines(report, labels),
      { id: 'reasons', title: 'Missing values', blocks: [{ kind: 'reasons' }] },
      writeSources(report, words),
      ...(hasCommands ? [writeReproduction(report, words, null)] : []),
    ],
  });
}

/** Composes the full report with charts, for a web page. `manifest` is canonical JSON, or null if the run has none. */
export function composePage(report: Report, manifest: string | null, words: OriginWords = measuredWords): Document {
  const labels = labelReport(report);
  const { run, tokenmeterVersion } = report;
  return composeDocument({
    title: titleReport(report, labels),
    summary: `${[describeOutcomes(report), ...listSilentTargets(report, labels)].join('; ')}.`,
    intro: [
      ...writeFindings(report, labels),
      { kind: 'badges', badges: listBadges(report) },
      ...writeWarning(report),
      ...writeHeadlineTiles(report, labels),
      { kind: 'facts', facts: listFacts(report, labels, words) },
    ],
    sections: listSections(report, labels, words, manifest),
    margins: {
      kind: words.describeKind(run.createdAt.slice(0, 10), tokenmeterVersion),
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

function listSections(report: Report, labels: Labels, words: OriginWords, manifest: string | null): Section[] {
  const outcomes = [writeOutcomes(report, labels)];
  // If no request succeeded, the outcomes are the only result.
  const hasResults = report.stages.some(({ counts }) => counts.ok > 0);
  return [
    writeGlance(report, labels),
    writeJudgement(report, labels),
    ...(hasResults ? [] : outcomes),
    writeCharts(report, labels, words),
    writeComparisons(report, labels, { hasTables: true }),
    writeBaseline(report),
    writeSweeps(report, labels),
    writeMetrics(report, labels, words),
    writeThroughput(report, labels),
    ...(hasResults ? outcomes : []),
    writeGoodput(report, labels),
    writeTurns(report, labels),
    writeRegressions(report, labels),
    writeCost(report, labels),
    writeService(report),
    writeInstrument(report, labels),
    { id: 'notes', title: 'Missing values', blocks: [{ kind: 'reasons' }] },
    writeDefinitions(report, words),
    writeReproduction(report, words, manifest),
  ];
}

const maxTargets = 4;
const maxModelLength = 60;

function titleReport({ run, targets }: Report, labels: Labels): string {
  if (run.name !== null) return run.name;
  const models = [...new Set(targets.map(({ model }) => shortenText(model, maxModelLength)))];
  const names = labels.targets.length > maxTargets ? `${labels.targets.length} targets` : labels.targets.join(', ');
  return models.length === 1 ? `${models[0]} on ${names}` : names;
}

/** Lists the targets at which no request succeeded. Returns an empty list if no request succeeded at any target. */
function listSilentTargets({ targets }: Report, labels: Labels): string[] {
  const silent = targets.filter(({ counts }) => counts.ok === 0);
  if (silent.length === targets.length) return [];
  return silent.map(({ targetId, counts }) => `${labels.target(targetId)}: 0 of ${counts.planned} requests succeeded`);
}

function listBadges({ verdict, trust, baseline }: Report): Badge[] {
  const trusted = makeTrustBadge(trust.result);
  const badges: Badge[] = [
    { text: `Verdict: ${describeVerdict(verdict)}`, tone: chooseVerdictTone(verdict.result), sectionId: 'judgement' },
    { ...trusted, text: `Measurement quality: ${trusted.text}`, sectionId: 'judgement' },
  ];
  if (baseline === null) return badges;
  const change = makeVerdictBadge(baseline.comparison?.verdict ?? null);
  const text = `Baseline: ${baseline.comparison === null ? 'no comparison' : change.text}`;
  return [...badges, { ...change, text, sectionId: 'baseline' }];
}

function writeFindings({ sweeps }: Report, labels: Labels): Block[] {
  const items = sweeps.flatMap(({ targetId, finding }) =>
    finding === null ? [] : `${labels.target(targetId)}: ${finding.statement}`,
  );
  return items.length === 0 ? [] : [{ kind: 'list', items, style: 'findings' }];
}

/** Writes a warning with the first reason not to trust the run, to show above the results. */
function writeWarning({ trust: { reasons } }: Report): Block[] {
  const [first, ...others] = reasons;
  if (first === undefined) return [];
  const more = { text: `(${countThings(others.length, 'more reason')} below)`, sectionId: 'judgement' };
  return [{ kind: 'paragraph', words: others.length === 0 ? [first] : [first, ' ', more], style: 'warning' }];
}
