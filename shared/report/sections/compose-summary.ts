import type { Report } from '../model/report.ts';
import { summarizeRun } from './describe-outcomes.ts';
import { composeDocument, type Document } from './document.ts';
import { labelReport } from './labels.ts';
import { listAsked } from './list-facts.ts';
import { writeBaseline } from './write-baseline.ts';
import { writeComparisons } from './write-comparisons.ts';
import { writeCost, writeService } from './write-cost.ts';
import { writeInstrument } from './write-instrument.ts';
import { writeJudgementLines } from './write-judgement.ts';
import { writeLatencies, writeTurns } from './write-latencies.ts';
import { writeSweeps, writeThroughput } from './write-load.ts';
import { writeReproduction, writeSources } from './write-origin.ts';
import { writeGoodput, writeOutcomes } from './write-outcomes.ts';
import { writeRegressions } from './write-regressions.ts';

/**
 * What a reader looks for first of a report, section by section, for a terminal or a comment.
 * @param options hasCommands: with the commands that repeat the run
 */
export function composeSummary(report: Report, { hasCommands = false } = {}): Document {
  const labels = labelReport(report);
  return composeDocument({
    title: report.run.name ?? report.run.runId,
    summary: summarizeRun(report),
    intro: [{ kind: 'facts', facts: listAsked(report) }],
    sections: [
      writeLatencies(report, labels),
      writeThroughput(report, labels),
      writeSweeps(report, labels),
      writeOutcomes(report, labels),
      writeGoodput(report, labels),
      writeTurns(report, labels),
      writeBaseline(report, labels),
      writeComparisons(report),
      writeRegressions(report, labels),
      writeCost(report, labels),
      writeService(report),
      writeInstrument(report, labels),
      writeJudgementLines(report, labels),
      { id: 'reasons', title: 'No number', blocks: [{ kind: 'reasons' }] },
      writeSources(report),
      ...(hasCommands ? [writeReproduction(report, null)] : []),
    ],
  });
}
