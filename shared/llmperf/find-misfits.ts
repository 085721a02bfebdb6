import { recordedSeries } from '../metrics/read-recorded-metrics.ts';
import type { StageReport } from '../report/model/report.ts';
import type { ImportedStage } from '../sample/imported.ts';
import { llmperfStatistics, summaryCounts, summaryFigures } from './summary-figures.ts';

/** Both files come from the same doubles, so that only the order of summing can part them. */
const tolerance = 1e-9;
/** v1 rounds its mean TTFT to a millisecond. */
const roundingS = 0.000_501;

/**
 * Where a summary and the individual responses that came with it say different things, so that they are hardly of one run;
 * a sweep of LLMPerf writes over its own files. Null where they agree, or one of them is missing.
 */
export function findMisfits({ counts, requests }: StageReport, imported: ImportedStage): string | null {
  const { summary, recordsSha256 } = imported;
  if (summary === null || recordsSha256 === null) return null;
  const figures = summaryFigures(summary);
  const pairs: [string, number | null, number | null][] = recordedSeries.flatMap(({ series, metric, scale }) =>
    llmperfStatistics.map(([name, field]): [string, number | null, number | null] => {
      const value = requests[metric][name];
      return [`${series} ${name}`, figures.number(`results_${series}_${field}`), value === null ? null : value / scale];
    }),
  );
  const told = summaryCounts(figures);
  pairs.push(
    ['the count of requests', told?.requests ?? null, counts.issued],
    ['the count of errors', told?.errors ?? null, counts.failed],
  );
  const roundedIn = imported.version === 'v1' ? 'ttft_s mean' : null;
  const misfits = pairs.filter(([what, theirs, ours]) => {
    if (theirs === null || ours === null) return false;
    return what === roundedIn ? Math.abs(theirs - ours) > roundingS : differs(theirs, ours);
  });
  const [first] = misfits;
  if (first === undefined) return null;
  const [what, theirs, ours] = first;
  const more = misfits.length === 1 ? '' : `, and ${misfits.length - 1} other figures differ`;
  return `the summary does not fit the individual responses: ${what} is ${theirs} in the one, ${ours} by the other${more}`;
}

function differs(a: number, b: number): boolean {
  // A spread of equal values is 0 in one reckoning and of the size of rounding in the other.
  return Math.abs(a - b) > tolerance * Math.max(Math.abs(a), Math.abs(b)) && Math.abs(a - b) > 1e-12;
}
