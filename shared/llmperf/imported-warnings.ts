import type { StageReport } from '../report/model/report.ts';
import type { ImportedStage } from '../sample/imported.ts';
import { describeOddSpeed } from './odd-speed.ts';

/** What to keep in mind of numbers that LLMPerf measured; each a sentence. */
export function importedWarnings({ requests }: StageReport, imported: ImportedStage): string[] {
  const { ttftMs } = requests;
  const oddSpeed = describeOddSpeed(requests);
  return [
    ...(imported.version === 'v1'
      ? [
          'Measured by LLMPerf v1 (2023): in rounds, by the wall clock; its TTFT ends at the first delta, an empty one too; ITL and throughput are the time to the end of the response and the output tokens, divided.',
        ]
      : []),
    ...(imported.recordsSha256 === null
      ? [
          'Only the summary was imported: statistics are as LLMPerf wrote them, without intervals, and nothing can be tested.',
        ]
      : []),
    ...(imported.summary === null
      ? ['Only the individual responses were imported: concurrency and throughput are not known.']
      : []),
    ...(ttftMs.min !== null && ttftMs.min < 0
      ? ['Some TTFTs are below 0: LLMPerf writes −1 where a client does not stream, and takes it into its statistics.']
      : []),
    ...(ttftMs.min === 0 ? ['Some TTFTs are 0: LLMPerf writes it where it saw no token.'] : []),
    ...(oddSpeed === null ? [] : [oddSpeed]),
  ];
}
