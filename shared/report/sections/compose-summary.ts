import type { Report } from '../model/report.ts';
import { summarizeRun } from './describe-outcomes.ts';
import { composeDocument, type Document } from './document.ts';
import { labelReport } from './labels.ts';
import { listRequested } from './list-facts.ts';
import { writeBaseline } from './write-changes.ts';
import { writeComparisons } from './write-comparisons.ts';
import { writeCost, writeService } from './write-cost.ts';
import { writeJudgementLines } from './write-judgement.ts';
import { writeSweeps, writeThroughput, writeTurns } from './write-load.ts';
import { writeInstrument, writeReproduction, writeSources } from './write-method.ts';
import { writeLatencies } from './write-metrics.ts';
import { writeGoodput, writeOutcomes } from './write-outcomes.ts';
import { writeRegressions } from './write-regressions.ts';

/**
 * Composes the main results of a report, for a terminal or a comment.
 * @param options hasCommands: adds the commands that repeat the run
 */
export function composeSummary(report: Report, { hasCommands = false } = {}): Document {
  const labels = labelReport(report);
  return composeDocument({
    title: report.run.name ?? report.run.runId,
    summary: summarizeRun(report),
    intro: [{ kind: 'facts', facts: listRequested(report) }],
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
      writeSources(report),
      ...(hasCommands ? [writeReproduction(report, null)] : []),
    ],
  });
}
